'use client'

import type { DetailEvent } from '../live/live-detail.ts'
import { SafeText } from '../ui/safe-text.tsx'

const MOST = 100

/** What happened to the domain, newest first. */
export function EventsList({ events }: { events: readonly DetailEvent[] }) {
  if (events.length === 0) return <p className="group-none">Nothing was reported since this server watches.</p>
  const shown = events.slice(-MOST).reverse()
  return (
    <ol className="events">
      {shown.map((event) => (
        <li key={`${event.at} ${event.kind} ${event.text}`}>
          <time dateTime={event.wall}>{new Date(event.wall).toLocaleTimeString('en-GB')}</time>
          <span className="hint">{event.kind}</span>
          <span>
            <SafeText text={event.text} />
          </span>
        </li>
      ))}
    </ol>
  )
}
