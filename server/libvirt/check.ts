import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { LIST_ACTIVE, LIST_INACTIVE, STATS_ACTIVE, STATS_NOWAIT } from '../../lib/libvirt/constants.ts'
import { driverLimits } from '../../lib/libvirt/driver-stats.ts'
import type { LibvirtUri } from '../../lib/libvirt/uri.ts'
import { redactUri } from '../../lib/libvirt/uri-names.ts'
import type { Clock } from '../clock.ts'
import { LANE_GROUPS, Lane } from '../fleet/fleet-writer.ts'
import type { Log } from '../log.ts'
import type { BulkReply, HostSession } from './host-session.ts'
import { openSession } from './open-session.ts'
import { formatVersion } from './opening-errors.ts'
import type { StatsSurvey } from './stats-survey.ts'
import { missingFigures, surveyStats } from './stats-survey.ts'

export interface CheckOptions {
  readonly clock: Clock
  readonly log: Log
  /** Interval and duty that the result is worked out for; default 1000 ms and 10 %. */
  readonly intervalMs?: number
  readonly dutyPercent?: number
  readonly runtimeDir?: string
}

/** Cost of one kind of call. */
export interface CallCost {
  /** Median of three calls. */
  readonly ms: number
  readonly bytes: number
}

export interface CheckFailure {
  readonly code: string
  readonly message: string
  readonly remedy: string | null
}

/** What `--check` found out about one host. */
export interface CheckReport {
  readonly uri: string
  readonly ok: boolean
  /** Why it is not ok. Facts below may be there all the same, as far as they were read before. */
  readonly error: CheckFailure | null
  readonly hostname: string | null
  readonly hypervisor: string | null
  readonly libvirt: string | null
  readonly active: number | null
  readonly inactive: number | null
  readonly fast: CallCost | null
  readonly monitor: CallCost | null
  /** Time between monitor calls that keeps the duty, and the duty at that. */
  readonly monitorIntervalMs: number | null
  readonly dutyPercent: number | null
  readonly survey: StatsSurvey | null
  /** What the host lacks, in words. */
  readonly missing: readonly string[]
}

const CALLS = 3
const DEADLINE_MS = 30_000
const FLAGS = STATS_ACTIVE + STATS_NOWAIT

/** Connects to a host, reads what Domscope would read, and tells what it costs. Never rejects; changes nothing. */
export async function checkHost(uri: LibvirtUri, options: CheckOptions): Promise<CheckReport> {
  const found: Mutable<CheckReport> = { ...NOTHING, uri: redactUri(uri) }
  try {
    const session = await openSession(uri, options)
    try {
      await readHost(session, found, options)
    } finally {
      await session.close()
    }
    found.ok = true
  } catch (error) {
    found.error = asFailure(error)
  }
  return found
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

const NOTHING: Omit<CheckReport, 'uri'> = {
  ok: false,
  error: null,
  hostname: null,
  hypervisor: null,
  libvirt: null,
  active: null,
  inactive: null,
  fast: null,
  monitor: null,
  monitorIntervalMs: null,
  dutyPercent: null,
  survey: null,
  missing: [],
}

async function readHost(session: HostSession, found: Mutable<CheckReport>, options: CheckOptions): Promise<void> {
  const { facts } = session
  found.hostname = facts.hostname
  found.libvirt = formatVersion(facts.libvirtVersion)
  found.hypervisor = `${facts.type} ${formatVersion(facts.hypervisorVersion)}`
  found.missing = facts.missing
  found.active = (await session.listDomains(LIST_ACTIVE)).length
  found.inactive = (await session.listDomains(LIST_INACTIVE)).length
  found.fast = cost(await measure(session, LANE_GROUPS[Lane.Fast]))
  const replies = await measure(session, LANE_GROUPS[Lane.Monitor])
  found.monitor = cost(replies)
  const { intervalMs = 1000, dutyPercent = 10 } = options
  found.monitorIntervalMs = Math.max(intervalMs, (found.monitor.ms * 100) / dutyPercent)
  found.dutyPercent = (found.monitor.ms / found.monitorIntervalMs) * 100
  found.survey = surveyStats(bodyOf(replies[0] as BulkReply))
  // Of a driver that cannot give them, it was said already that figures are missing.
  const isWhole = driverLimits(facts.type, facts.stats).length === 0
  found.missing = isWhole ? [...facts.missing, ...missingFigures(found.survey)] : facts.missing
}

async function measure(session: HostSession, groups: number): Promise<BulkReply[]> {
  const replies: BulkReply[] = []
  for (let i = 0; i < CALLS; i++) replies.push(await session.bulkStats({ groups, flags: FLAGS }, DEADLINE_MS))
  return replies
}

function cost(replies: readonly BulkReply[]): CallCost {
  const durations = replies.map(({ sentAt, endAt }) => endAt - sentAt).sort((a, b) => a - b)
  return { ms: durations[durations.length >> 1] ?? 0, bytes: Math.max(...replies.map(({ bytes }) => bytes)) }
}

function bodyOf({ words }: BulkReply): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
}

function asFailure(error: unknown): CheckFailure {
  const known = findDomscopeError(error)
  if (known !== null) return { code: known.code, message: known.message, remedy: known.remedy }
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error), remedy: null }
}

/** The limit of a reply, which the bytes of a call are to be seen against. */
const REPLY_LIMIT = '32 MiB'

/** A report as text for people, without a line end after the last line. */
export function formatCheckReport(report: CheckReport): string {
  const lines = [`${report.ok ? 'ok    ' : 'FAILED'}  ${report.uri}`]
  const add = (label: string, value: string | null) => {
    if (value !== null) lines.push(`  ${label.padEnd(10)}${value}`)
  }
  add('host', report.hostname)
  add('libvirt', report.libvirt)
  add('driver', report.hypervisor)
  add('domains', domainsText(report))
  add('fast', costText(report.fast, 'state and NICs'))
  add('monitor', costText(report.monitor, 'CPU, memory, vCPUs and disks'))
  add('duty', dutyText(report))
  for (const what of report.missing) add('missing', what)
  if (report.error !== null) {
    add('error', `${report.error.message} (${report.error.code})`)
    add('remedy', report.error.remedy)
  }
  return lines.join('\n')
}

function domainsText({ active, inactive, survey }: CheckReport): string | null {
  if (active === null) return null
  const vcpus = survey === null ? '' : `, ${survey.vcpus} vCPUs`
  return `${active} active${vcpus}${inactive === null ? '' : `, ${inactive} inactive`}`
}

function costText(cost: CallCost | null, what: string): string | null {
  return cost === null
    ? null
    : `${milliseconds(cost.ms)} and ${size(cost.bytes)} a call, of ${REPLY_LIMIT} at most (${what})`
}

function dutyText({ monitorIntervalMs, dutyPercent }: CheckReport): string | null {
  if (monitorIntervalMs === null || dutyPercent === null) return null
  return `a monitor call every ${milliseconds(monitorIntervalMs)} takes ${dutyPercent.toFixed(1)} % of the daemon's time`
}

function milliseconds(ms: number): string {
  return ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}
