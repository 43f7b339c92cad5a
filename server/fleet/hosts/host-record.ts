import type { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import { READING_COUNT, ROSTER_READING, STAT_GROUP_COUNT } from '../../../lib/metrics/types.ts'
import { ageOfReadings, type HostReadings } from '../../../lib/query/freshness.ts'
import type { HostFacts } from '../../libvirt/host-session.ts'
import type { HostFreshness, HostStatus } from '../fleet-reader.ts'
import { type HostPolling, type HostRow, type HostState, LANE_GROUPS, Lane } from '../fleet-writer.ts'
import { RowSet } from '../rows/row-set.ts'

/** Interval at which the states of all domains are read, inactive ones too, ms. */
export const ROSTER_INTERVAL_MS = 10_000
const DEFAULT_INTERVAL_MS = 1000
/** A rate over more than this many intervals of its group is a gap. */
const GAP_INTERVALS = 5
/** A call that takes longer waits for a guest that hangs, ms: that is no interval anybody keeps. */
const LONGEST_CALL_MS = 5_000
/** What a reply of each lane reads, as bits: a roster tells the state of active domains too. */
const LANE_READINGS = [
  LANE_GROUPS[Lane.Fast],
  LANE_GROUPS[Lane.Monitor],
  LANE_GROUPS[Lane.Roster] | (1 << ROSTER_READING),
]

/** One host as the fleet knows it. */
export class HostRecord implements HostReadings {
  readonly row: HostRow
  readonly name: string
  readonly uri: string
  readonly simulated: boolean
  state: HostState = 'connecting'
  stateSince: number
  error: DomscopeError | null = null
  facts: HostFacts | null = null
  /** When the connection opened that there is or was last, monotonic ms; 0 before the first. */
  connectedAt = 0
  polling: HostPolling | null = null
  /**
   * Memory of the host, everywhere: `total` of NODE_GET_MEMORY_STATS (RA53); null until it was asked for.
   *
   * @remarks NODE_GET_INFO adds up the NUMA cells as the kernel's files show them, which may be half of it: its figure
   * is taken only where there is no other.
   */
  memoryKiB: number | null = null
  /** Intervals, by domain and stat group, that gave no rate because counters had started afresh; since the start. */
  resets = 0
  /** Tried at least once: connected, or failed to. */
  tried = false
  /** Rows of this host's domains. */
  readonly rows = new RowSet()
  /**
   * By reading: when the last one of all domains was asked for, monotonic ms: no value of it is older. NaN before the
   * first.
   */
  readonly sampledAt = new Float64Array(READING_COUNT).fill(Number.NaN)
  /** By reading: when its answer was there. Samples between the two belong to it. */
  readonly takenAt = new Float64Array(READING_COUNT).fill(Number.NaN)
  private readonly heldAt = new Float64Array(STAT_GROUP_COUNT).fill(Number.NEGATIVE_INFINITY)
  readonly intervalMs = new Float64Array(READING_COUNT)
    .fill(DEFAULT_INTERVAL_MS)
    .fill(ROSTER_INTERVAL_MS, ROSTER_READING)
  readonly maxGapMs = new Float64Array(STAT_GROUP_COUNT).fill(DEFAULT_INTERVAL_MS * GAP_INTERVALS)
  /** By stat group: what the last two calls took, ms. */
  private readonly lastCallMs = new Float64Array(STAT_GROUP_COUNT)
  private readonly callBeforeMs = new Float64Array(STAT_GROUP_COUNT)

  constructor(row: HostRow, name: string, uri: string, simulated: boolean, wall: number) {
    this.row = row
    this.name = name
    this.uri = uri
    this.simulated = simulated
    this.stateSince = wall
  }

  setPolling(polling: HostPolling): void {
    this.polling = polling
    for (let group = 0; group < STAT_GROUP_COUNT; group++) {
      const fast = (LANE_GROUPS[Lane.Fast] & (1 << group)) !== 0
      this.intervalMs[group] = fast ? polling.fastIntervalMs : polling.monitorIntervalMs
      this.reckonGap(group)
    }
  }

  /**
   * A call about the groups in `mask` was answered; to be told before its samples are taken in.
   *
   * @remarks While calls are slow, samples are as far apart as calls are long, before any interval tells so.
   */
  answered(mask: number, durationMs: number): void {
    for (let group = 0; group < STAT_GROUP_COUNT; group++) {
      if ((mask & (1 << group)) === 0) continue
      this.callBeforeMs[group] = this.lastCallMs[group]!
      this.lastCallMs[group] = Math.min(durationMs, LONGEST_CALL_MS)
      this.reckonGap(group)
    }
  }

  private reckonGap(group: number): void {
    const effectiveMs = Math.max(this.intervalMs[group]!, this.lastCallMs[group]!, this.callBeforeMs[group]!)
    this.maxGapMs[group] = effectiveMs * GAP_INTERVALS
  }

  /**
   * All domains were read in a lane, by one call or a series of lists that began at `askedAt`; the last answer was there
   * at `takenAt`. Groups that {@link held} was told of since then are as old as they were.
   */
  sampled(lane: Lane, askedAt: number, takenAt: number): void {
    for (let reading = 0; reading < READING_COUNT; reading++) {
      if ((LANE_READINGS[lane]! & (1 << reading)) === 0 || (this.heldAt[reading] ?? 0) >= askedAt) continue
      this.sampledAt[reading] = askedAt
      this.takenAt[reading] = takenAt
    }
  }

  /** A reply to a call sent at `sentAt` was no sample of some row in the groups in `mask`. */
  held(mask: number, sentAt: number): void {
    for (let group = 0; group < STAT_GROUP_COUNT; group++) if ((mask & (1 << group)) !== 0) this.heldAt[group] = sentAt
  }

  freshness(now: number): HostFreshness {
    return {
      row: this.row,
      state: this.state,
      ageMs: Array.from(this.sampledAt, (at) => (Number.isNaN(at) ? null : now - at)),
      intervalMs: [...this.intervalMs],
    }
  }

  status(now: number, measured: Pick<HostStatus, 'active' | 'partial' | 'unknownFields' | 'metrics'>): HostStatus {
    const { facts, polling, error } = this
    const [fast, monitor] = [this.age(Lane.Fast, now), this.age(Lane.Monitor, now)]
    return {
      host: this.name,
      row: this.row,
      uri: this.uri,
      simulated: this.simulated,
      state: this.state,
      since: new Date(this.stateSince).toISOString(),
      hostname: facts?.hostname ?? null,
      version: facts === null ? null : dotted(facts.libvirtVersion),
      hypervisor: facts === null ? null : `${facts.type} ${dotted(facts.hypervisorVersion)}`,
      cpus: facts?.node.cpus ?? null,
      memoryKiB: this.memoryKiB,
      domains: this.rows.count,
      ...measured,
      ageMs: fast?.ageMs ?? null,
      monitorAgeMs: monitor?.ageMs ?? null,
      overdueMs: fast?.overdueMs ?? null,
      monitorOverdueMs: monitor?.overdueMs ?? null,
      pollMs: polling?.fastMs ?? null,
      monitorPollMs: polling?.monitorMs ?? null,
      replyBytes: polling?.replyBytes ?? null,
      duty: polling?.dutyPercent ?? null,
      intervalMs: polling?.fastIntervalMs ?? null,
      monitorIntervalMs: polling?.monitorIntervalMs ?? null,
      reconnects: polling?.reconnects ?? 0,
      resets: this.resets,
      countedAs: null,
      missing: facts?.missing ?? [],
      error: error === null ? null : { code: error.code, message: error.message, remedy: error.remedy },
    }
  }

  /** Age of the lane's readings in whole ms; null before the first. */
  private age(lane: Lane, now: number): { readonly ageMs: number; readonly overdueMs: number } | null {
    const { ageMs, overdueMs } = ageOfReadings(this, null, LANE_GROUPS[lane], now)
    return Number.isNaN(ageMs) ? null : { ageMs: Math.round(ageMs), overdueMs: Math.round(overdueMs) }
  }
}

/** libvirt's coded version as text: 9000000 is 9.0.0. */
export function dotted(version: number): string {
  return `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1000) % 1000}.${version % 1000}`
}
