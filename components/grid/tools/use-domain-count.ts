'use client'

import { useFeed, useFeedState } from '../../live/use-fleet.tsx'

/** How many domains the fleet has, of all hosts; follows births and deaths. */
export function useDomainCount(): number {
  const feed = useFeed()
  // The table is not React state: the offset of the last birth or death tells when to look again.
  useFeedState((state) => state.rosterOffset)
  useFeedState((state) => state.ready)
  return feed.fleet.domains.aliveCount
}
