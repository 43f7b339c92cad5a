import type { CodeTable } from '../../lib/columns/code-table.ts'
import type { Metric } from '../../lib/metrics/types.ts'
import type { Clock } from '../clock.ts'
import type { DomainJob } from '../facts/domain-job.ts'
import type {
  DomainIdentity,
  FactsReport,
  FleetReader,
  HostFreshness,
  HostStatus,
  RawParameter,
  RowAge,
  RowException,
  RowPartial,
} from '../fleet/fleet-reader.ts'
import type { CommitReadings } from './commit-readings.ts'
import { UNMAPPED } from './row-map.ts'
import { ScopedFreshness } from './scoped-freshness.ts'
import { scopedStatuses } from './scoped-statuses.ts'
import type { ScopedTables } from './scoped-tables.ts'

/** A commit is told at least this often, so that ages and heartbeats go on, ms. */
const QUIET_MS = 900
const NOTHING_KNOWN: FactsReport = { facts: null, error: null, ageMs: null }

/** What a scoped fleet is made of. */
export interface ScopedFleetParts {
  readonly fleet: FleetReader
  readonly tables: ScopedTables
  readonly readings: CommitReadings
  readonly clock: Clock
}

/**
 * The part of a fleet that a scope admits, as a fleet of its own: other row numbers, other offsets, another epoch.
 *
 * @remarks What is read live is read of rows that were in the scope at the last commit. A name that changed since shows at
 * the next one, and facts that would take the domain out of the scope are not told.
 */
export class ScopedFleet implements FleetReader {
  offset = 0
  private readonly from: ScopedFleetParts
  private readonly fresh: ScopedFreshness
  private readonly listeners = new Set<(offset: number) => void>()
  private committedAt = Number.NEGATIVE_INFINITY
  private closed = false

  constructor(parts: ScopedFleetParts) {
    this.from = parts
    this.fresh = new ScopedFreshness(parts.tables.hosts)
  }

  get epoch(): Uint8Array {
    return this.from.tables.epoch
  }

  get simulated(): boolean {
    return this.from.fleet.simulated
  }

  get ready(): boolean {
    return this.from.fleet.ready
  }

  get domains(): CodeTable {
    return this.from.tables.rows.table
  }

  get hosts(): CodeTable {
    return this.from.tables.hosts.own
  }

  /** Takes over the fleet's last commit. It is told when it brings the scope something, or when nothing was for a while. */
  follow(): void {
    const { fleet, tables, readings, clock } = this.from
    if (fleet.offset === 0) return
    const now = clock.now()
    const changed = tables.update(this.offset + 1)
    const isNews = this.fresh.isNews(readings.freshness(), now)
    if (!changed && !isNews && now - this.committedAt < QUIET_MS) return
    this.committedAt = now
    this.offset++
    for (const listener of [...this.listeners]) listener(this.offset)
  }

  /** Nobody keeps this up to date any more: whoever still reads it finds that its domains are gone. */
  close(): void {
    this.closed = true
    this.listeners.clear()
  }

  onCommit(listener: (offset: number) => void): () => void {
    const own = (offset: number) => listener(offset)
    this.listeners.add(own)
    return () => void this.listeners.delete(own)
  }

  look(): () => void {
    return this.from.fleet.look()
  }

  freshness(): readonly HostFreshness[] {
    return this.fresh.ofHosts(this.from.fleet.freshness())
  }

  rowExceptions(): readonly RowException[] {
    return this.fresh.ofRows(this.from.readings.rowExceptions(), this.from.tables.rows.mirror.rows)
  }

  hostStatuses(): readonly HostStatus[] {
    return scopedStatuses(this.from.fleet, this.from.tables)
  }

  exists(row: number): boolean {
    const parent = this.from.tables.rows.mirror.rows.parent(row)
    return !this.closed && parent !== UNMAPPED && this.from.fleet.exists(parent)
  }

  rowsOf(uuid: string): readonly number[] {
    return this.from.tables.rows.rowsOf(uuid).filter((row) => this.exists(row))
  }

  /** The fleet's row of a row here; not to be asked of one that does not {@link exists}. */
  parentRow(row: number): number {
    const parent = this.closed ? UNMAPPED : this.from.tables.rows.mirror.rows.parent(row)
    if (parent === UNMAPPED) throw new RangeError(`row ${row} is not in the scope`)
    return parent
  }

  identity(row: number): DomainIdentity {
    const name = this.domains.text('name')?.get(row) ?? ''
    return { ...this.from.fleet.identity(this.parentRow(row)), row, name }
  }

  age(row: number): RowAge {
    return this.from.fleet.age(this.parentRow(row))
  }

  partial(row: number): RowPartial | null {
    return this.from.fleet.partial(this.parentRow(row))
  }

  value(row: number, metric: Metric): number | null {
    return this.from.fleet.value(this.parentRow(row), metric)
  }

  facts(row: number): FactsReport {
    const report = this.from.fleet.facts(this.parentRow(row))
    const project = report.facts?.nova?.project?.name ?? null
    return report.facts === null || this.from.tables.rows.admits(row, project) ? report : NOTHING_KNOWN
  }

  jobs(row: number): readonly DomainJob[] {
    return this.from.fleet.jobs(this.parentRow(row))
  }

  notes(row: number): Readonly<Record<string, string>> {
    return this.from.fleet.notes(this.parentRow(row))
  }

  countedOn(row: number): string | null {
    const host = this.from.fleet.countedOn(this.parentRow(row))
    return host !== null && this.from.tables.hosts.shows(host) ? host : null
  }

  raw(row: number): readonly RawParameter[] {
    return this.from.fleet.raw(this.parentRow(row))
  }

  stat(row: number, name: string): RawParameter | null {
    return this.from.fleet.stat(this.parentRow(row), name)
  }
}
