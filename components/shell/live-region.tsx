'use client'

import { useEffect, useState } from 'react'
import { browserClock } from '../live/feed-clock.ts'
import { useFeedState } from '../live/use-fleet.tsx'
import { Announcer } from './announcer.ts'
import { usePage } from './view-context.tsx'

/** The page's only live region. It tells of the connection and of what a filter found; values never speak. */
export function LiveRegion() {
  const status = useFeedState((state) => state.status)
  const matched = usePage((page) => page.matched)
  const filter = usePage((page) => page.filterInForce)
  const [line, setLine] = useState('')
  const connection =
    status === 'waiting'
      ? 'Connection to the server lost.'
      : status === 'refused'
        ? 'The server refused this page.'
        : ''
  const found = filter.trim() === '' ? '' : `${matched} domains match the filter.`
  const next = connection === '' ? found : connection
  const [announcer] = useState(() => new Announcer(browserClock, setLine))
  useEffect(() => announcer.say(next), [announcer, next])
  useEffect(() => () => announcer.stop(), [announcer])
  return (
    <p className="hidden" role="status" aria-live="polite">
      {line}
    </p>
  )
}
