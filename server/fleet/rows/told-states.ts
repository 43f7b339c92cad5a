import type { DomainTable } from '../../../lib/columns/domain-table.ts'
import { StatGroup } from '../../../lib/metrics/types.ts'
import { LANE_GROUPS, type Lane } from '../fleet-writer.ts'
import type { HostRecord } from '../hosts/host-record.ts'

/** A state with its reason, of one process of a row's domain. */
interface HeldState {
  readonly row: number
  readonly id: number
  readonly state: number
  readonly reason: number
}

/** One that an event told, and when. */
interface ToldState extends HeldState {
  readonly at: number
}

/** One that a sample told, and the times of its group. */
interface SampledState extends HeldState {
  readonly current: number
  readonly previous: number
}

/**
 * Keeps replies from taking states back: an event, or the reply to a later call, may tell of a state before the reply to
 * a call comes that was under way then.
 *
 * @remarks Around each reply, {@link ToldStates.hold} and {@link ToldStates.restore}. Which process a row has is no
 * matter of this: ingest sees to that.
 */
export class ToldStates {
  private readonly table: DomainTable
  private readonly told = new Map<number, ToldState>()
  /** Told after the call under way was sent, and before. */
  private held: ToldState[] = []
  private older: ToldState[] = []
  private sentAt = 0
  private sampled: SampledState[] = []
  /** By host: when the newest call was sent whose reply told states. */
  private readonly newest = new Map<number, number>()

  constructor(table: DomainTable) {
    this.table = table
  }

  /** An event told the state that the row shows now. */
  event(row: number, at: number): void {
    const { gauges } = this.table.wire
    const state = gauges['state.state'].values[row]!
    const reason = gauges['state.reason'].values[row]!
    this.told.set(row, { row, id: this.table.domainId[row]!, state, reason, at })
  }

  /** Before a reply to a call that was sent at `sentAt`: notes the states that are known better than by it. */
  hold(host: HostRecord, lane: Lane, sentAt: number): void {
    this.sentAt = sentAt
    this.held = []
    this.older = []
    this.sampled = []
    if ((LANE_GROUPS[lane] & (1 << StatGroup.State)) === 0) return
    const newest = this.newest.get(host.row) ?? 0
    if (sentAt < newest) this.holdSampled(host, sentAt)
    else this.newest.set(host.row, sentAt)
    for (const [row, told] of this.told) {
      const of = this.table.hostRow[row]!
      if (of === -1) this.told.delete(row)
      else if (of === host.row) (told.at >= sentAt ? this.held : this.older).push(told)
    }
  }

  private holdSampled({ rows }: HostRecord, sentAt: number): void {
    const { gauges } = this.table.wire
    const times = this.table.times[StatGroup.State]!
    for (let i = 0; i < rows.count; i++) {
      const row = rows.rows[i]!
      const current = times.current[row]!
      if (current < sentAt || !gauges['state.state'].valid.get(row)) continue
      const state = gauges['state.state'].values[row]!
      const reason = gauges['state.reason'].values[row]!
      const id = this.table.domainId[row]!
      this.sampled.push({ row, id, state, reason, current, previous: times.previous[row]! })
    }
  }

  /** After the reply: puts them back, of rows that have the same process still. */
  restore(): void {
    const times = this.table.times[StatGroup.State]!
    for (const held of this.sampled) {
      if (!this.put(held)) continue
      times.current[held.row] = held.current
      times.previous[held.row] = held.previous
    }
    for (const held of this.held) this.put(held)
    for (const { row } of this.older) if (times.current[row]! >= this.sentAt) this.told.delete(row)
  }

  private put({ row, id, state, reason }: HeldState): boolean {
    if (this.table.hostRow[row] === -1 || this.table.domainId[row] !== id) return false
    const { gauges } = this.table.wire
    gauges['state.state'].set(row, state)
    gauges['state.reason'].set(row, reason)
    return true
  }
}
