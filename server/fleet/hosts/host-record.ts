import type { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import { STAT_GROUP_COUNT } from '../../../lib/metrics/types.ts'
import type { HostFacts } from '../../libvirt/host-session.ts'
import type { HostFreshness, HostStatus } from '../fleet-reader.ts'
import { type HostPolling, type HostRow, type HostState, LANE_GROUPS, Lane } from '../fleet-writer.ts'
import { RowSet } from '../rows/row-set.ts'

/** Interval at which the states of all domains are read, inactive ones too, ms. */
export const ROSTER_INTERVAL_MS = 10_000
const DEFAULT_INTERVAL_MS = 1000
/** A rate over more than this many intervals of its group is a gap. */
const GAP_INTERVALS = 5

/** One host as the fleet knows it. */
export class HostRecord {
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
  /** Intervals, by domain and stat group, that gave no rate because counters had started afresh; since the start. */
  resets = 0
  /** Tried at least once: connected, or failed to. */
  tried = false
  /** Rows of this host's domains. */
  readonly rows = new RowSet()
  /** By stat group: monotonic ms of the newest sample, 0 before the first. */
  readonly sampledAt = new Float64Array(STAT_GROUP_COUNT)
  readonly intervalMs = new Float64Array(STAT_GROUP_COUNT).fill(DEFAULT_INTERVAL_MS)
  readonly maxGapMs = new Float64Array(STAT_GROUP_COUNT).fill(DEFAULT_INTERVAL_MS * GAP_INTERVALS)

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
      this.maxGapMs[group] = this.intervalMs[group]! * GAP_INTERVALS
    }
  }

  /** A reply with samples of the groups in `mask` was taken at `time`. */
  sampled(mask: number, time: number): void {
    for (let group = 0; group < STAT_GROUP_COUNT; group++) {
      if ((mask & (1 << group)) !== 0) this.sampledAt[group] = time
    }
  }

  freshness(now: number): HostFreshness {
    return {
      row: this.row,
      state: this.state,
      ageMs: Array.from(this.sampledAt, (at) => (at === 0 ? null : now - at)),
      intervalMs: [...this.intervalMs],
    }
  }

  status(now: number, measured: Pick<HostStatus, 'active' | 'partial' | 'unknownFields' | 'metrics'>): HostStatus {
    const { facts, polling, error } = this
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
      memoryKiB: facts?.node.memoryKiB ?? null,
      domains: this.rows.count,
      ...measured,
      ageMs: this.age(Lane.Fast, now),
      monitorAgeMs: this.age(Lane.Monitor, now),
      pollMs: polling?.fastMs ?? null,
      monitorPollMs: polling?.monitorMs ?? null,
      replyBytes: polling?.replyBytes ?? null,
      duty: polling?.dutyPercent ?? null,
      intervalMs: polling?.fastIntervalMs ?? null,
      monitorIntervalMs: polling?.monitorIntervalMs ?? null,
      reconnects: polling?.reconnects ?? 0,
      resets: this.resets,
      missing: facts?.missing ?? [],
      error: error === null ? null : { code: error.code, message: error.message, remedy: error.remedy },
    }
  }

  /** Age of the lane's newest sample beyond its interval; null before the first. */
  private age(lane: typeof Lane.Fast | typeof Lane.Monitor, now: number): number | null {
    let age: number | null = null
    for (let group = 0; group < STAT_GROUP_COUNT; group++) {
      const at = this.sampledAt[group]!
      if ((LANE_GROUPS[lane] & (1 << group)) === 0 || at === 0) continue
      age = Math.max(age ?? 0, now - at - this.intervalMs[group]!)
    }
    return age === null ? null : Math.round(age)
  }
}

/** libvirt's coded version as text: 9000000 is 9.0.0. */
export function dotted(version: number): string {
  return `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1000) % 1000}.${version % 1000}`
}
