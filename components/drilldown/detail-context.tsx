'use client'

import type { ReactNode } from 'react'
import { createContext, useContext, useEffect, useState } from 'react'
import type { DetailFeed, DetailView } from '../live/live-detail.ts'
import { useFeed } from '../live/use-fleet.tsx'

const DetailFeedContext = createContext<DetailFeed | null>(null)

/** Gives the tree below it another source of details than the page's connection: a bench, a test. */
export function DetailFeedProvider({ feed, children }: { feed: DetailFeed; children: ReactNode }) {
  return <DetailFeedContext value={feed}>{children}</DetailFeedContext>
}

/** What opens domains: the page's connection, unless something else was given. */
export function useDetailFeed(): DetailFeed {
  const given = useContext(DetailFeedContext)
  const feed = useFeed()
  return given ?? feed
}

/** Points that charts can show; the panel may grow without asking again. */
const PIXELS = 600

/** Opens a domain while mounted; null before that. `lastMs` is what it begins with. */
export function useDetailView(host: string, uuid: string, lastMs: number): DetailView | null {
  const feed = useDetailFeed()
  const [view, setView] = useState<DetailView | null>(null)
  const [first] = useState(lastMs)
  useEffect(() => {
    const opened = feed.openDetail(host, uuid, { lastMs: first, pixels: PIXELS })
    setView(opened)
    return () => {
      setView(null)
      opened.close()
    }
  }, [feed, host, uuid, first])
  return view
}
