'use client'

import { useEffect, useState } from 'react'
import { countSeenTwice } from '../../../lib/query/counted-rows.ts'
import { useFeed } from '../../live/use-fleet.tsx'
import { eachSecond } from '../../shell/each-second.ts'

/** How many rows show a domain that another row counts; looked at once a second. */
export function useSeenTwice(): number {
  const feed = useFeed()
  const [twice, setTwice] = useState(0)
  useEffect(() => eachSecond(feed, () => setTwice(countSeenTwice(feed.fleet.domains))), [feed])
  return twice
}
