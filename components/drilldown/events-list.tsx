'use client'

import type { DetailEvent } from '../live/live-detail.ts'
import { SafeText } from '../ui/safe-text.tsx'

const MOST = 100

/** What happened to the domain, newest first; with the host, when it was on several. */
export function EventsList({ events }: { events: readonly DetailEvent[] }) {
  if (events.length === 0) return <p className="group-none">Nothing was reported since this server watches.</p>
  const shown = events.slice(-MOST).reverse()
  const hasMoved = shown.some(({ host }) => host !== shown[0]?.host)
  return (
    <ol className="events">
      {shown.map((event) => (
        <li key={`${event.at} ${event.host} ${event.kind} ${event.text}`}>
          <time dateTime={event.wall}>{new Date(event.wall).toLocaleTimeString('en-GB')}</time>
          <span className="hint">{event.kind}</span>
          <span>
            <SafeText text={event.text} />
            {hasMoved ? (
              <span className="hint">
                {' '}
                on <SafeText text={event.host} />
              </span>
            ) : null}
          </span>
        </li>
      ))}
    </ol>
  )
}
