'use client'

import type { ReactNode } from 'react'
import { createContext, useContext, useState } from 'react'
import { useStore } from 'zustand'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import type { PageState, ViewStore } from './view-store.ts'
import { createViewStore } from './view-store.ts'

const ViewContext = createContext<ViewStore | null>(null)

/** Gives the tree below it one view store. */
export function ViewProvider({ children }: { children: ReactNode }) {
  const [store] = useState(createViewStore)
  return <ViewContext value={store}>{children}</ViewContext>
}

/** The page's view store. Throws outside a {@link ViewProvider}. */
export function useViewStore(): ViewStore {
  const store = useContext(ViewContext)
  if (store === null) throw new DomscopeError('INTERNAL', 'useViewStore outside of ViewProvider', { radius: 'client' })
  return store
}

/** A part of the page's state; `select` must return a primitive or a stable reference. */
export function usePage<T>(select: (state: PageState) => T): T {
  return useStore(useViewStore(), select)
}
