import type { DomainTable } from '../../../lib/columns/domain-table.ts'
import { growFloat64 } from '../../../lib/columns/grow.ts'
import { NO_ROW, type RowIndex } from '../../../lib/columns/row-index.ts'
import type { DerivedDomains } from '../../../lib/derive/derived-domains.ts'
import type { StatsIngest } from '../../../lib/ingest/stats-ingest.ts'
import type { Clock } from '../../clock.ts'
import type { CommitQueue } from '../commit-queue.ts'
import type { FleetEvents } from '../events/fleet-events.ts'
import { Lane } from '../fleet-writer.ts'
import type { HostMetrics } from '../hosts/host-metrics.ts'
import type { HostRecord } from '../hosts/host-record.ts'
import type { DomainAbout } from './domain-about.ts'
import { Graves } from './graves.ts'
import type { PartialRows } from './partial-rows.ts'

/** Everything that keeps something by row; all of it belongs to the fleet. */
export interface RowLivesSources {
  readonly clock: Clock
  readonly table: DomainTable
  readonly index: RowIndex
  readonly stats: StatsIngest
  readonly derived: DerivedDomains
  readonly partial: PartialRows
  readonly events: FleetEvents
  readonly about: DomainAbout
  readonly queue: CommitQueue
  readonly hosts: readonly HostRecord[]
  readonly hostMetrics: HostMetrics
}

/**
 * When rows begin, when their domains get another process, and when they end.
 *
 * @remarks Whatever keeps something by row is told here and nowhere else, so that nothing of a domain shows on the next
 * one in its slot.
 */
export class RowLives {
  /** By row: when it was born or its process changed last, so that a roster asked for earlier cannot bury it. */
  private changedAt = new Float64Array(0)
  /** By row: when the connection opened in which that was learnt. */
  private connectedAt = new Float64Array(0)
  private readonly graves = new Graves()
  private readonly of: RowLivesSources

  constructor(sources: RowLivesSources) {
    this.of = sources
  }

  /** When the row was born or its process changed last, monotonic ms; 0 of a row that never was. */
  processSince(row: number): number {
    return this.changedAt[row] ?? 0
  }

  /** When the connection opened in which the row was born or its process changed last, monotonic ms. */
  toldSince(row: number): number {
    return this.connectedAt[row] ?? 0
  }

  /**
   * A row for the domain of a host whose UUID is these four words, as on the wire; returns its number.
   *
   * @param sentAt - When the call was sent whose reply names the domain: one that ended since then gets no row.
   */
  bear(host: number, a: number, b: number, c: number, d: number, sentAt: number): number {
    const { clock, table, index, stats, derived, events, about, queue, hosts } = this.of
    if (this.graves.since(host, [a, b, c, d]) > sentAt) return NO_ROW
    const row = index.add(host, a, b, c, d)
    stats.grow(row + 1)
    derived.grow(table.capacity)
    this.changedAt = growFloat64(this.changedAt, table.capacity)
    this.connectedAt = growFloat64(this.connectedAt, table.capacity)
    this.connectedAt[row] = hosts[host]!.connectedAt
    derived.clear(row)
    events.born(row)
    about.born(row)
    this.changedAt[row] = clock.now()
    hosts[host]!.rows.add(row)
    queue.domainBorn(row)
    return row
  }

  /** The row's domain has another process, or none any more. */
  processChanged(row: number): void {
    const { clock, table, partial, queue, about, hostMetrics, hosts } = this.of
    partial.forget(row)
    hostMetrics.sumSoon(table.hostRow[row]!)
    this.connectedAt[row] = hosts[table.hostRow[row]!]!.connectedAt
    queue.rewritten.add(row)
    about.processChanged(row)
    this.changedAt[row] = clock.now()
  }

  /** The domain of a row is gone from its host. */
  bury(host: HostRecord, row: number): void {
    const { clock, table, index, stats, derived, partial, queue, hostMetrics } = this.of
    this.graves.dig(host.row, index.wireUuid(row), clock.now())
    hostMetrics.sumSoon(host.row)
    host.rows.delete(row)
    index.remove(row)
    partial.forget(row)
    stats.clearRow(row)
    derived.clear(row)
    table.hostRow[row] = -1
    queue.domainDied(row)
  }

  /**
   * Rows that replies about everything did not name: gone (roster), or perhaps no longer active (fast, monitor).
   *
   * @param askedAt - When the first of these replies was asked for, monotonic ms.
   * @returns how many rows of a reply of the fast or monitor lane only the roster can tell of: active ones that it does not
   * name, and those of which a record said that they have no process, without their state.
   */
  settleAbsent(host: HostRecord, lane: Lane, askedAt: number, named: (row: number) => boolean): number {
    let missing = 0
    const { rows } = host.rows
    const { domainId, wire } = this.of.table
    const state = wire.gauges['state.state']
    // Backwards, because burying a row moves the last one into its place.
    for (let i = host.rows.count - 1; i >= 0; i--) {
      const row = rows[i]!
      if (named(row) || this.changedAt[row]! >= askedAt) continue
      if (lane === Lane.Roster) this.bury(host, row)
      else if (domainId[row] !== -1 || !state.valid.get(row)) missing++
    }
    return missing
  }
}
