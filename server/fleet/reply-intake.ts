import type { DomainTable } from '../../lib/columns/domain-table.ts'
import { deriveDomains } from '../../lib/derive/derive-domains.ts'
import type { DerivedDomains } from '../../lib/derive/derived-domains.ts'
import type { StatsIngest } from '../../lib/ingest/stats-ingest.ts'
import type { Clock } from '../clock.ts'
import type { CommitQueue } from './commit-queue.ts'
import type { FleetEvents } from './events/fleet-events.ts'
import { type IngestResult, LANE_GROUPS, Lane, type ReplyTiming } from './fleet-writer.ts'
import type { HostMetrics } from './hosts/host-metrics.ts'
import type { HostRecord } from './hosts/host-record.ts'
import type { PartialRows } from './rows/partial-rows.ts'
import type { RowLives } from './rows/row-lives.ts'
import type { ToldStates } from './rows/told-states.ts'
import type { SampleView } from './sample-view.ts'

/** What replies are written into; all of it belongs to the fleet. */
export interface ReplyTargets {
  readonly clock: Clock
  readonly table: DomainTable
  readonly derived: DerivedDomains
  readonly stats: StatsIngest
  readonly partial: PartialRows
  readonly lives: RowLives
  readonly states: ToldStates
  readonly events: FleetEvents
  readonly queue: CommitQueue
  readonly samples: SampleView
  readonly hostMetrics: HostMetrics
}

/** Takes in bulk replies: samples, then metrics, then what the reply says by what it leaves out. */
export class ReplyIntake {
  private readonly to: ReplyTargets

  constructor(targets: ReplyTargets) {
    this.to = targets
  }

  /** @see `FleetWriter.ingest` for what `complete` and the result mean */
  ingest(host: HostRecord, lane: Lane, words: Uint32Array, timing: ReplyTiming, complete: boolean): IngestResult {
    const { stats, partial, lives, states, events, samples: open, hostMetrics } = this.to
    const span = timing.firstByteAt - timing.sentAt
    const expired = partial.expire(host.row, LANE_GROUPS[lane], this.to.clock.now())
    host.answered(LANE_GROUPS[lane], timing.endAt - timing.sentAt)
    const time = { start: timing.sentAt, span, jumped: timing.suspect, maxGapMs: host.maxGapMs }
    states.hold(host, lane, timing.sentAt)
    const samples = stats.ingest(host.row, lane, words, time)
    states.restore()
    host.held(samples.heldGroups, timing.sentAt)
    // A list, or a reply that broke off, speaks of some domains only: it says nothing of the age of the others.
    if (complete && samples.error === null) host.sampled(lane, timing.sentAt, timing.firstByteAt)
    const changed = this.to.queue.sampled[lane]!
    changed.addAll(samples.rows, samples.count)
    if (lane !== Lane.Monitor) events.sampled(host, samples.rows, samples.count)
    const named = (row: number) => stats.wasSeen(lane, row)
    partial.hold(host.row)
    this.derive(host, samples.rows, samples.count, LANE_GROUPS[lane])
    open.tell(lane, samples.rows, samples.count)
    const unnamed = expired.filter((row) => !named(row))
    changed.addAll(unnamed, unnamed.length)
    this.derive(host, unnamed, unnamed.length, LANE_GROUPS[lane])
    const whole = complete && samples.error === null
    const missingActive = whole ? lives.settleAbsent(host, lane, timing.sentAt, named) : 0
    if (lane === Lane.Monitor) hostMetrics.sum(host)
    return { records: samples.records, missingActive, partialRecords: samples.partialRecords, error: samples.error }
  }

  /** @see `FleetWriter.finishLists` */
  finishLists(host: HostRecord, lane: Lane, askedAt: number): number {
    const groups = this.to.table.times.filter((_, group) => (LANE_GROUPS[lane] & (1 << group)) !== 0)
    const named = (row: number) => groups.some(({ current }) => current[row]! >= askedAt)
    host.sampled(lane, askedAt, this.to.clock.now())
    return this.to.lives.settleAbsent(host, lane, askedAt, named)
  }

  /** Reckons the metrics of these rows anew, as far as they come from the stat groups in the mask `groups`. */
  derive(host: HostRecord, rows: Int32Array, count: number, groups: number): void {
    const { clock, table, derived, hostMetrics, events } = this.to
    const context = { now: clock.now(), hostCpus: host.facts?.node.cpus ?? 0, maxGapMs: host.maxGapMs }
    deriveDomains(table, rows, count, groups, context, derived)
    host.resets += hostMetrics.countResets(rows, count, groups)
    events.derived(host, rows, count, groups)
  }
}
