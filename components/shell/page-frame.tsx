'use client'

import type { ReactNode } from 'react'
import { useEffect } from 'react'
import { useFeed } from '../live/use-fleet.tsx'
import { Banners } from './banners.tsx'
import { HelpDialog } from './help-dialog.tsx'
import { attachPageKeys } from './page-keys.ts'
import { TopBar } from './top-bar.tsx'
import { useViewStore } from './view-context.tsx'

/** What every page has: the bar at the top, banners, the list of keys. */
export function PageFrame({ children }: { children: ReactNode }) {
  const store = useViewStore()
  const feed = useFeed()
  useEffect(() => attachPageKeys(store, feed), [store, feed])
  return (
    <div className="frame">
      <TopBar />
      <Banners />
      <main>{children}</main>
      <HelpDialog />
    </div>
  )
}
