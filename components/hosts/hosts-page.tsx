'use client'

import { useEffect, useState } from 'react'
import { formatValue } from '../../lib/metrics/format.ts'
import { levelOf } from '../../lib/query/freshness.ts'
import { ageText } from '../../lib/view/age-text.ts'
import { lateText } from '../../lib/view/age-words.ts'
import { displayText } from '../../lib/view/display-text.ts'
import { PageFrame } from '../shell/page-frame.tsx'
import { useNow } from '../shell/use-interval.ts'
import { SafeText } from '../ui/safe-text.tsx'
import { useApi } from '../ui/use-api.ts'
import type { HostStatus, HostsAnswer } from './host-status.ts'

const REFRESH_MS = 2000
/** Ages grow meanwhile, and when no answer comes. */
const TICK_MS = 1000
/** Largest reply that libvirt's protocol can carry. */
const REPLY_LIMIT_BYTES = 32 * 1024 * 1024

/** Every connection: whether it works, since when, what it costs, and what to do when it does not. */
export function HostsPage() {
  const { answer, error, answeredAt } = useApi<HostsAnswer>('/api/v1/hosts', REFRESH_MS)
  const now = useNow(TICK_MS)
  return (
    <PageFrame>
      <h1 className="hidden">Hosts</h1>
      {error === null ? null : (
        <p className="page-message" role="status">
          {error.message} {answer === null ? '' : 'What you see is the last that was known.'}
        </p>
      )}
      {answer === null ? null : <HostsTable hosts={answer.hosts} sinceMs={Math.max(0, now - (answeredAt ?? now))} />}
    </PageFrame>
  )
}

const HEADS: readonly (readonly [label: string, hint: string])[] = [
  ['Host', 'Name of the connection, and its URI without secrets.'],
  ['State', 'Since when, in the time zone of this browser.'],
  ['libvirt', 'Version of the daemon, and the hypervisor.'],
  ['CPUs', 'CPUs of the host that are online.'],
  ['Memory', 'Memory of the host; of it reserved as huge pages, and how much of those is free.'],
  ['Domains', 'Active, of all that are defined.'],
  ['Interval', 'How often the fast groups (state, net) are asked, and the monitor groups (cpu, balloon, vcpu, block).'],
  ['Age', 'Time since the fast groups, and the monitor groups, of all domains were last read. Colour: overdue.'],
  ['Poll', 'Duration of the last fast and monitor calls.'],
  ['Duty', 'Share of time in which the daemon works on our monitor calls.'],
  ['Reply', 'Size of the last bulk reply. The protocol ends at 32 MiB.'],
  [
    'Counts',
    'Reconnects, counter resets (by domain and stat group), fields that the catalogue does not know, partial rows.',
  ],
]

function HostsTable({ hosts, sinceMs }: { hosts: readonly HostStatus[]; sinceMs: number }) {
  const linked = useLinkedHost()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className="hosts" aria-label="Hosts" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {HEADS.map(([label, hint], index) => (
              <th key={label} scope="col" title={hint} className={index >= 3 ? 'num' : undefined}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        {hosts.map((host) => (
          <HostRows key={host.host} host={host} sinceMs={sinceMs} isLinked={host.host === linked} />
        ))}
      </table>
      {hosts.length === 0 ? <p className="page-message">No host is configured.</p> : null}
    </section>
  )
}

/** The host that the link names after its hash sign, as domains link to theirs. */
function useLinkedHost(): string | null {
  const [linked, setLinked] = useState<string | null>(null)
  useEffect(() => {
    const read = (): void => setLinked(fragmentOf(window.location.hash))
    read()
    window.addEventListener('hashchange', read)
    return () => window.removeEventListener('hashchange', read)
  }, [])
  return linked
}

function fragmentOf(hash: string): string | null {
  try {
    return decodeURIComponent(hash.slice(1))
  } catch {
    // Broken escapes name no host.
    return null
  }
}

/** The rows come after the page: the browser does not find them by itself. Stable, so that it is done once. */
function showRows(rows: HTMLElement | null): void {
  rows?.scrollIntoView({ block: 'center' })
}

interface HostRowsProps {
  readonly host: HostStatus
  /** Time since the host was told of, ms. */
  readonly sinceMs: number
  readonly isLinked: boolean
}

function HostRows({ host, sinceMs, isLinked }: HostRowsProps) {
  const trouble = host.error !== null || host.missing.length > 0
  return (
    <tbody ref={isLinked ? showRows : undefined} data-linked={isLinked ? '' : undefined}>
      <tr data-state={host.state}>
        <th scope="row">
          <SafeText text={host.host} />
          <small className="uri" title={displayText(host.uri)}>
            <SafeText text={host.uri} />
          </small>
        </th>
        <td>
          <span className="host-state" data-state={host.state}>
            {host.state}
          </span>
          <small title={host.since}>since {new Date(host.since).toLocaleString()}</small>
        </td>
        <td>
          {host.version ?? '–'}
          <small>{[host.hypervisor, host.hostname].filter((part) => part !== null).join(' on ')}</small>
        </td>
        <td className="num">{host.cpus ?? '–'}</td>
        <td className="num">
          {host.memoryKiB === null ? '–' : formatValue('KiB', host.memoryKiB)}
          <HugePages host={host} />
        </td>
        <td className="num">
          {host.active}
          <small>of {host.domains}</small>
        </td>
        <Pair first={host.intervalMs} second={host.monitorIntervalMs} text={milliseconds} />
        <td className="num">
          <LaneAge ageMs={host.ageMs} sinceMs={sinceMs} intervalMs={host.intervalMs} />
          <small>
            <LaneAge ageMs={host.monitorAgeMs} sinceMs={sinceMs} intervalMs={host.monitorIntervalMs} /> monitor
          </small>
        </td>
        <Pair first={host.pollMs} second={host.monitorPollMs} text={milliseconds} />
        <td className="num">{host.duty === null ? '–' : formatValue('%', host.duty)}</td>
        <td className="num">
          {host.replyBytes === null ? '–' : formatValue('B', host.replyBytes)}
          <small>
            {host.replyBytes === null ? '' : `${((100 * host.replyBytes) / REPLY_LIMIT_BYTES).toFixed(1)} % of limit`}
          </small>
        </td>
        <td className="num counts">
          {host.reconnects} reconnects
          <small>{host.resets ?? '–'} counter resets</small>
          <small>
            {host.unknownFields ?? '–'} unknown fields, {host.partial} partial
          </small>
        </td>
      </tr>
      {trouble ? (
        <tr className="trouble">
          <td colSpan={HEADS.length}>
            <Trouble host={host} />
          </td>
        </tr>
      ) : null}
    </tbody>
  )
}

/** Nothing where none are reserved: most hosts. */
function HugePages({ host }: { host: HostStatus }) {
  const { hostHugePagesTotalKiB: total = null, hostHugePagesFreeKiB: free = null } = host.metrics
  if (total === null || total === 0) return null
  return (
    <>
      <small>{formatValue('KiB', total)} huge pages</small>
      <small>{free === null ? '–' : formatValue('KiB', free)} free</small>
    </>
  )
}

function Trouble({ host }: { host: HostStatus }) {
  return (
    <>
      {host.error === null ? null : (
        <p>
          <strong>{host.error.message}</strong> {host.error.remedy} <code>{host.error.code}</code>
        </p>
      )}
      {host.missing.length === 0 ? null : <p>Missing here: {host.missing.join(', ')}.</p>}
    </>
  )
}

interface LaneAgeProps {
  readonly ageMs: number | null
  readonly sinceMs: number
  readonly intervalMs: number | null
}

/** An age as it is now, in the colour of how late it is. */
function LaneAge({ ageMs: toldMs, sinceMs, intervalMs }: LaneAgeProps) {
  if (toldMs === null) return '–'
  const [ageMs, keptMs] = [toldMs + sinceMs, intervalMs ?? 0]
  const title = lateText({ ageMs, overdueMs: Math.max(0, ageMs - keptMs) }, keptMs)
  return (
    <span className="lane-age" data-level={levelOf(ageMs, keptMs)} title={title}>
      {ageText(ageMs)}
    </span>
  )
}

function Pair({ first, second, text }: { first: number | null; second: number | null; text: (ms: number) => string }) {
  return (
    <td className="num">
      {first === null ? '–' : text(first)}
      <small>{second === null ? '–' : text(second)} monitor</small>
    </td>
  )
}

function milliseconds(ms: number): string {
  return formatValue('ms', ms)
}
