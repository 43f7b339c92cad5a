'use client'

import type { ReactNode } from 'react'
import { createContext, useContext, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { streamUrl } from './browser-socket.ts'
import type { FeedOptions } from './feed.ts'
import { createFeed } from './feed.ts'
import type { Feed, FeedState } from './live-fleet.ts'
import { pauseWhenHidden } from './pause-when-hidden.ts'

const FeedContext = createContext<Feed | null>(null)

interface FleetProviderProps {
  readonly children: ReactNode
  readonly options?: Partial<FeedOptions>
  /** False on pages that show nothing of the fleet: no stream is opened. */
  readonly isOpen?: boolean
}

/**
 * Gives the page its feed and keeps it connected while mounted.
 *
 * @remarks The feed is made while rendering but connects in the effect: mounted, unmounted and mounted again, as strict
 * mode does, it has one connection. `options` are read once.
 */
export function FleetProvider({ children, options, isOpen = true }: FleetProviderProps) {
  const [feed] = useState(() => createFeed({ url: () => streamUrl(window.location), ...options }))
  useEffect(() => {
    if (!isOpen) return
    const stopFollowing = pauseWhenHidden(feed, document)
    feed.open()
    return () => {
      stopFollowing()
      feed.close()
    }
  }, [feed, isOpen])
  return <FeedContext value={feed}>{children}</FeedContext>
}

/** The feed of this page: tables and commands. It never changes, so reading it never renders again. */
export function useFeed(): Feed {
  const feed = useContext(FeedContext)
  if (feed !== null) return feed
  throw new DomscopeError('INTERNAL', 'useFeed is used outside FleetProvider', { radius: 'client' })
}

/** A small fact about the feed. `select` must give the same value for the same state. */
export function useFeedState<T>(select: (state: FeedState) => T): T {
  return useStore(useFeed().store, select)
}
