'use client'

import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { FleetProvider } from '../live/use-fleet.tsx'
import { LOGIN_PAGE } from '../session/return-address.ts'
import { SessionProvider } from '../session/session-context.tsx'
import { ViewProvider } from './view-context.tsx'

/** One feed, one session and one view store for all pages: they survive going from page to page. */
export function AppProviders({ children }: { children: ReactNode }) {
  const path = usePathname()
  return (
    <FleetProvider isOpen={path !== LOGIN_PAGE}>
      <SessionProvider>
        <ViewProvider>{children}</ViewProvider>
      </SessionProvider>
    </FleetProvider>
  )
}
