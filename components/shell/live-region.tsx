'use client'

import { useEffect, useState } from 'react'
import { useFeedState } from '../live/use-fleet.tsx'
import { usePage } from './view-context.tsx'

/** One line at most in this time: a screen reader must not be talked over. */
const QUIET_MS = 5000

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
  useEffect(() => {
    const timer = setTimeout(() => setLine(next), QUIET_MS)
    return () => clearTimeout(timer)
  }, [next])
  return (
    <p className="hidden" role="status" aria-live="polite">
      {line}
    </p>
  )
}
