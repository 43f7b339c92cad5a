import { type DomainTable, RowFlag } from '../../lib/columns/domain-table.ts'
import type { RowIndex } from '../../lib/columns/row-index.ts'
import type { StatsIngest } from '../../lib/ingest/stats-ingest.ts'
import { swap32 } from '../../lib/ingest/swap.ts'
import { LANE_COUNT, LANE_GROUPS, Lane } from './fleet-writer.ts'
import { type GridTables, NO_STATE } from './grid-tables.ts'
import type { HostRecord } from './hosts/host-record.ts'
import type { SameMachine } from './hosts/same-machine.ts'
import type { SeenTwice } from './hosts/seen-twice.ts'
import { RowBatch } from './rows/row-batch.ts'
import type { RowFacts } from './rows/row-facts.ts'
import type { RowJobs } from './rows/row-jobs.ts'

/** What the queue reads and writes; all of it belongs to the fleet. */
export interface CommitSources {
  readonly table: DomainTable
  readonly index: RowIndex
  readonly stats: StatsIngest
  readonly grid: GridTables
  readonly hosts: readonly HostRecord[]
  readonly facts: RowFacts
  readonly jobs: RowJobs
  readonly machines: SameMachine
  readonly twice: SeenTwice
}

/**
 * What changed since the last commit, by row, and how it gets into the tables that clients see.
 *
 * @remarks Rows are collected in batches that are reused. A row may be in several, and may be gone by the time of the
 * commit.
 */
export class CommitQueue {
  /** Rows whose name changed. */
  readonly renamed = new RowBatch()
  /** Rows whose state is known better than from the last poll. */
  readonly stateChanged = new RowBatch()
  /** Rows whose facts, jobs or source of CPU use changed. */
  readonly described = new RowBatch()
  /** Rows whose process changed: all their metrics are written. */
  readonly rewritten = new RowBatch()
  /** By lane: rows with new samples. */
  readonly sampled = Array.from({ length: LANE_COUNT }, () => new RowBatch())
  private readonly born = new Set<number>()
  private readonly died = new RowBatch()
  private readonly newHosts: HostRecord[] = []
  private readonly hostRows = new RowBatch()
  private readonly from: CommitSources

  constructor(sources: CommitSources) {
    this.from = sources
  }

  hostAdded(host: HostRecord): void {
    this.newHosts.push(host)
    this.hostRows.add(host.row)
  }

  domainBorn(row: number): void {
    this.from.twice.changed()
    this.born.add(row)
  }

  /** A row that no client has seen yet goes without a trace. */
  domainDied(row: number): void {
    this.from.twice.changed()
    if (!this.born.delete(row)) this.died.add(row)
  }

  /**
   * Writes everything into the tables, stamped with `offset`, and is empty then.
   *
   * @returns Whether dictionaries were rebuilt, which begins a new epoch.
   */
  apply(offset: number): boolean {
    const { index, grid } = this.from
    index.recycle()
    for (const host of this.newHosts) grid.bearHost(host.row, host.name, offset)
    this.newHosts.length = 0
    for (let i = 0; i < this.died.count; i++) grid.domains.bury(this.died.rows[i]!, offset)
    for (const row of this.born) this.bear(row, offset)
    this.born.clear()
    this.writeMetrics(offset)
    this.writeNames(offset)
    this.writeFacts(offset)
    this.writeStates(offset)
    this.writeMachines(offset)
    grid.writeHosts(this.hostRows.rows, this.hostRows.count, offset)
    for (const batch of [this.died, this.renamed, this.described, this.stateChanged, this.rewritten, ...this.sampled])
      batch.clear()
    return this.compact(offset)
  }

  private compact(offset: number): boolean {
    const again = this.from.grid.compact(offset)
    for (const row of again ?? []) this.describe(row, offset)
    return again !== null
  }

  private bear(row: number, offset: number): void {
    const { table, index, stats, grid, hosts } = this.from
    const hostRow = table.hostRow[row]!
    grid.bearDomain(row, hostRow, hosts[hostRow]!.name, index.wireUuid(row).map(swap32), offset)
    grid.domainName.set(row, stats.names.text(row), offset)
  }

  private writeMetrics(offset: number): void {
    const { grid } = this.from
    for (const lane of [Lane.Fast, Lane.Monitor]) {
      const batch = this.keepAlive(this.sampled[lane]!)
      grid.writeMetrics(LANE_GROUPS[lane], batch.rows, batch.count, offset)
    }
    const rewritten = this.keepAlive(this.rewritten)
    grid.writeAllMetrics(rewritten.rows, rewritten.count, offset)
  }

  /** Which rows and hosts count elsewhere. */
  private writeMachines(offset: number): void {
    const { table, hosts, machines, twice, grid } = this.from
    for (const row of twice.refresh()) {
      if (table.hostRow[row] !== -1) grid.writeCountedOn(row, twice.countedOn(row)?.name ?? null, offset)
    }
    for (const host of hosts) grid.writeCountedAs(host.row, machines.countedAs(host)?.name ?? null, offset)
  }

  private writeNames(offset: number): void {
    const { stats, grid } = this.from
    const { rows, count } = this.keepAlive(this.renamed)
    for (let i = 0; i < count; i++) grid.domainName.set(rows[i]!, stats.names.text(rows[i]!), offset)
  }

  private writeFacts(offset: number): void {
    const { rows, count } = this.keepAlive(this.described)
    for (let i = 0; i < count; i++) this.describe(rows[i]!, offset)
  }

  private describe(row: number, offset: number): void {
    const { table, facts, jobs, grid } = this.from
    const known = facts.facts(row)
    if (known !== null) grid.writeFacts(row, known, offset)
    grid.writeJob(row, jobs.kind(row), offset)
    grid.writeCpuSource(row, (table.flags[row]! & RowFlag.OneThread) !== 0, offset)
  }

  private writeStates(offset: number): void {
    for (const batch of [this.sampled[Lane.Fast]!, this.sampled[Lane.Roster]!, this.stateChanged, this.rewritten]) {
      const { rows, count } = this.keepAlive(batch)
      for (let i = 0; i < count; i++) this.writeState(rows[i]!, offset)
    }
  }

  private writeState(row: number, offset: number): void {
    const { gauges } = this.from.table.wire
    const state = gauges['state.state']
    const known = state.valid.get(row)
    this.from.grid.writeState(row, known ? state.values[row]! : NO_STATE, gauges['state.reason'].values[row]!, offset)
  }

  /** Drops the rows that were buried since they were collected. */
  private keepAlive(batch: RowBatch): RowBatch {
    let kept = 0
    for (let i = 0; i < batch.count; i++) {
      const row = batch.rows[i]!
      if (this.from.table.hostRow[row] !== -1) batch.rows[kept++] = row
    }
    batch.count = kept
    return batch
  }
}
