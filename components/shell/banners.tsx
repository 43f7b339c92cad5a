'use client'

import { markInvisible } from '../../lib/text/mark-invisible.ts'
import { useFeedState } from '../live/use-fleet.tsx'
import { useSession } from '../session/session-context.tsx'
import { useNow } from './use-interval.ts'
import { usePage, useViewStore } from './view-context.tsx'

export const CONNECT_LINE = 'npm start -- --connect qemu+ssh://host/system'

/** What must be said before anything else: simulated data, a lost server, a link that made no sense. */
export function Banners() {
  return (
    <>
      <InsecureBand />
      <SimulatedBand />
      <ServerBanner />
      <LinkProblems />
    </>
  )
}

function InsecureBand() {
  const session = useSession()
  if (session?.insecure !== true) return null
  return (
    <aside className="band insecure" aria-label="No login">
      <strong>NO LOGIN</strong>
      <span>
        Everybody who reaches this server sees all of it. To change that: <code>--auth token</code> in place of{' '}
        <code>--insecure-no-auth</code>
      </span>
    </aside>
  )
}

function SimulatedBand() {
  const simulated = useFeedState((state) => state.simulated)
  if (!simulated) return null
  return (
    <aside className="band simulated" aria-label="Simulated data">
      <strong>SIMULATED</strong>
      <span>
        No real host is connected. To connect your own: <code>{CONNECT_LINE}</code>
      </span>
    </aside>
  )
}

function ServerBanner() {
  const status = useFeedState((state) => state.status)
  const detail = useFeedState((state) => state.detail)
  const retryAt = useFeedState((state) => state.retryAt)
  const attempt = useFeedState((state) => state.attempt)
  const counts = status === 'waiting'
  const now = useNow(counts ? 500 : null)
  if (status === 'refused')
    return (
      <div className="band gone" role="alert">
        <strong>The server refused this page.</strong>
        <span>{detail ?? 'It gave no reason.'} Reload the page to try again.</span>
      </div>
    )
  if (status !== 'waiting' && !(status === 'connecting' && attempt > 0)) return null
  const seconds = retryAt === null || now === 0 ? 0 : Math.max(0, Math.ceil((retryAt - now) / 1000))
  return (
    <div className="band gone" role="alert">
      <strong>The server is out of reach.</strong>
      <span>
        What you see is the last that was known.{' '}
        {status === 'waiting' && seconds > 0 ? `Next try in ${seconds} s` : 'Trying now'}
        {attempt > 1 ? `, try ${attempt}` : ''}.
      </span>
    </div>
  )
}

function LinkProblems() {
  const problems = usePage((page) => page.problems)
  const store = useViewStore()
  if (problems.length === 0) return null
  return (
    <div className="band note" role="status">
      <span>{markInvisible(problems.join(' '))}</span>
      <button type="button" className="plain" onClick={() => store.setState({ problems: [] })}>
        Dismiss
      </button>
    </div>
  )
}
