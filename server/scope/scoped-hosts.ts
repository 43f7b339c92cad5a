import type { CodeColumn } from '../../lib/columns/code-column.ts'
import { CodeTable } from '../../lib/columns/code-table.ts'
import { encodeCell, UNKNOWN_16, unknownCode } from '../../lib/columns/encodings.ts'
import type { FleetReader } from '../fleet/fleet-reader.ts'
import { RowMap, UNMAPPED } from './row-map.ts'
import type { HostAdmission, ScopeMatcher } from './scope-matcher.ts'
import { type CellFigures, HOST_FIGURES } from './scoped-figures.ts'
import type { RowHosts } from './scoped-rows.ts'

const COUNTED_AS = 'countedAs'

/**
 * The hosts of a scope: those that are admitted as a whole, and those with a domain that shows.
 *
 * @remarks Of the latter, and of those whose figures hold another host's domains, no figure of the node is told: what the
 * visible part does not explain is what the others do. Hosts are few, so all their cells are looked at in each commit.
 */
export class ScopedHosts implements RowHosts {
  readonly own = new CodeTable()
  private readonly fleet: FleetReader
  private readonly matcher: ScopeMatcher
  private readonly map = new RowMap()
  private readonly names = new Set<string>()
  private readonly partly = new Set<number>()
  private count = 0

  constructor(fleet: FleetReader, matcher: ScopeMatcher) {
    this.fleet = fleet
    this.matcher = matcher
    this.adoptSchema()
  }

  private adoptSchema(): void {
    const { own } = this
    const { columns, texts } = this.fleet.hosts
    for (const { id, encoding } of columns.slice(own.columns.length)) own.addColumn(id, encoding)
    for (const { id } of texts.slice(own.texts.length)) own.addText(id)
  }

  nameOf(hostRow: number): string {
    return this.fleet.hosts.text('name')?.get(hostRow) ?? ''
  }

  admission(hostRow: number): HostAdmission {
    return this.matcher.host(this.nameOf(hostRow))
  }

  ownRow(hostRow: number): number {
    const known = this.map.own(hostRow)
    if (known !== UNMAPPED) return known
    this.map.set(this.count, hostRow)
    return this.count++
  }

  parentRow(own: number): number {
    return this.map.parent(own)
  }

  /** Whether a host of this name shows. */
  shows(name: string): boolean {
    return this.names.has(name)
  }

  /** The own row of a host that shows; -1 of any other. */
  shownRow(hostRow: number): number {
    const own = this.map.own(hostRow)
    return own !== UNMAPPED && this.own.isAlive(own) ? own : UNMAPPED
  }

  /** Only a part of what makes the host's figures shows. */
  isPartly(hostRow: number): boolean {
    return this.partly.has(hostRow)
  }

  /**
   * Lets hosts come and go. Returns whether any did.
   *
   * @param shown - By row of the fleet's host table: domains that show.
   */
  update(shown: readonly number[], offset: number): boolean {
    this.adoptSchema()
    const { hosts } = this.fleet
    let changed = false
    for (let row = 0; row < hosts.rowLimit; row++) {
      const isShown = hosts.isAlive(row) && (this.admission(row).whole || (shown[row] ?? 0) > 0)
      if (isShown === (this.shownRow(row) !== UNMAPPED)) continue
      changed = true
      if (isShown) this.bear(row, offset)
      else this.bury(row, offset)
    }
    this.findPartly()
    return changed
  }

  private bear(row: number, offset: number): void {
    const own = this.ownRow(row)
    this.own.bear(own, [], offset)
    for (const text of this.own.texts) text.set(own, this.fleet.hosts.texts[text.number]!.get(row), offset)
    this.names.add(this.nameOf(row))
  }

  private bury(row: number, offset: number): void {
    this.own.bury(this.ownRow(row), offset)
    this.names.delete(this.nameOf(row))
  }

  /** One connection stands for a machine: its figures hold the domains of the others, and theirs are unknown. */
  private findPartly(): void {
    const { hosts } = this.fleet
    this.partly.clear()
    for (let row = 0; row < hosts.rowLimit; row++) if (!this.admission(row).whole) this.partly.add(row)
    const stands = hosts.column(COUNTED_AS)
    if (stands === null) return
    const words = hosts.dictionaries.get(stands.number)!
    for (let row = 0; row < hosts.rowLimit; row++) {
      const name = hosts.isAlive(row) ? words.word(stands.codes[row]!) : null
      const other = name === null ? UNMAPPED : (hosts.text('name')?.values.indexOf(name) ?? UNMAPPED)
      if (other === UNMAPPED || this.partly.has(row) === this.partly.has(other)) continue
      this.partly.add(row).add(other)
    }
  }

  /** Writes the cells of all hosts. */
  write(figures: CellFigures, offset: number): void {
    for (const column of this.own.columns) {
      const place = HOST_FIGURES.findIndex(({ id }) => id === column.id)
      for (let row = 0; row < this.own.rowLimit; row++) {
        if (this.own.isAlive(row)) column.set(row, this.codeOf(column, row, figures, place, offset), offset)
      }
    }
  }

  private codeOf(column: CodeColumn, row: number, figures: CellFigures, place: number, offset: number): number {
    const parentRow = this.map.parent(row)
    const code = this.fleet.hosts.columns[column.number]!.codes[parentRow]!
    if (column.encoding === 'dict16') return this.wordCode(column, code, offset)
    if (!this.partly.has(parentRow)) return code
    return place < 0 ? unknownCode(column.encoding) : encodeCell(column.encoding, figures.value(row, place))
  }

  /** The words of a host name other hosts. */
  private wordCode(column: CodeColumn, code: number, offset: number): number {
    const word = this.fleet.hosts.dictionaries.get(column.number)!.word(code)
    if (word === null || !this.names.has(word)) return UNKNOWN_16
    return this.own.dictionaries.get(column.number)!.codeOf(word, offset)
  }
}
