import { COUNTED_ON } from '../../lib/query/counted-rows.ts'
import type { FleetReader } from '../fleet/fleet-reader.ts'
import { newEpoch } from '../fleet/new-epoch.ts'
import type { ScopeMatcher } from './scope-matcher.ts'
import { CellFigures } from './scoped-figures.ts'
import { ScopedHosts } from './scoped-hosts.ts'
import { type RowFates, ScopedRows } from './scoped-rows.ts'

const EVERYTHING = -1

/**
 * The tables of a scope, which follow those of the fleet commit by commit.
 *
 * @remarks Commits are counted here anew: one of the fleet in which nothing of the scope changed is none.
 */
export class ScopedTables {
  epoch = newEpoch()
  readonly hosts: ScopedHosts
  readonly rows: ScopedRows
  private readonly fleet: FleetReader
  private readonly figures: CellFigures
  private parentEpoch: Uint8Array
  /** The fleet's commit that was carried over last. */
  private since = 0

  constructor(fleet: FleetReader, matcher: ScopeMatcher, fates: RowFates) {
    this.fleet = fleet
    this.hosts = new ScopedHosts(fleet, matcher)
    const tells = (column: string, word: string) => column !== COUNTED_ON || this.hosts.shows(word)
    this.rows = new ScopedRows(fleet, this.hosts, fates, tells)
    this.figures = new CellFigures(this.rows.table)
    this.parentEpoch = fleet.epoch
  }

  /** Carries over the fleet's last commit as commit `offset`. Returns whether anything changed. */
  update(offset: number): boolean {
    const { mirror } = this.rows
    let carrySince = this.since
    if (this.fleet.epoch !== this.parentEpoch) {
      this.parentEpoch = this.fleet.epoch
      this.epoch = newEpoch()
      mirror.beginEpoch(offset)
      carrySince = EVERYTHING
    }
    this.rows.update(this.since, offset)
    if (this.hosts.update(this.rows.shown, offset)) mirror.carryAgain(COUNTED_ON, offset)
    mirror.carry(carrySince, offset)
    if (this.figures.changed(offset)) this.figures.reckon(this.hosts.own.rowLimit)
    this.hosts.write(this.figures, offset)
    this.since = this.fleet.offset
    return carrySince === EVERYTHING || this.isChanged(offset)
  }

  private isChanged(offset: number): boolean {
    return [this.rows.table, this.hosts.own].some(
      (table) =>
        table.rosterChangedAt === offset ||
        table.columns.some((column) => column.lastChangedAt === offset) ||
        table.texts.some((text) => text.lastChangedAt === offset),
    )
  }
}
