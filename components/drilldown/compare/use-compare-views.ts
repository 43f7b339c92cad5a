'use client'

import { useEffect, useState } from 'react'
import type { DomainName } from '../../../lib/view/compare-choice.ts'
import { useDetailFeed } from '../detail-context.tsx'
import { CompareViews } from './compare-views.ts'

/** Points that a chart among many can show. */
export const TILE_PIXELS = 400

/** Opens these domains while mounted, and others as they change; null before that. `lastMs` is what it begins with. */
export function useCompareViews(domains: readonly DomainName[], lastMs: number): CompareViews | null {
  const feed = useDetailFeed()
  const [views, setViews] = useState<CompareViews | null>(null)
  const [first] = useState(lastMs)
  useEffect(() => {
    const opened = new CompareViews(feed, { lastMs: first, pixels: TILE_PIXELS })
    setViews(opened)
    return () => {
      setViews(null)
      opened.close()
    }
  }, [feed, first])
  useEffect(() => views?.show(domains), [views, domains])
  return views
}
