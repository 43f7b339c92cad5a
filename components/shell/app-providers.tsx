'use client'

import type { ReactNode } from 'react'
import { FleetProvider } from '../live/use-fleet.tsx'
import { ViewProvider } from './view-context.tsx'

/** One feed and one view store for all pages: they survive going from page to page. */
export function AppProviders({ children }: { children: ReactNode }) {
  return (
    <FleetProvider>
      <ViewProvider>{children}</ViewProvider>
    </FleetProvider>
  )
}
