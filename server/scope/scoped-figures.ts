import type { CodeTable } from '../../lib/columns/code-table.ts'
import { decodeCell } from '../../lib/columns/encodings.ts'
import { COUNTED_ON } from '../../lib/query/counted-rows.ts'
import { hostRowOf } from '../../lib/query/row-uuid.ts'

/** Figures of a host that are made of its domains, and so can be made of those that show: metric, of which, and how. */
export const HOST_FIGURES = [
  { id: 'hostCoresUsedByGuests', of: 'coresUsed', how: 'sum' },
  { id: 'hostStealWorstPercent', of: 'stealWorstPercent', how: 'worst' },
  { id: 'hostDiskLatencyWorstNs', of: 'diskLatencyNs', how: 'worst' },
] as const

type Figure = (typeof HOST_FIGURES)[number]

/** A value and what came before; NaN is unknown. */
export function fold({ how }: Figure, before: number, value: number): number {
  if (Number.isNaN(value)) return before
  if (Number.isNaN(before)) return value
  return how === 'sum' ? before + value : Math.max(before, value)
}

/** The figures of each host, made of the cells that show of its domains: whoever adds up the grid gets the same. */
export class CellFigures {
  private readonly domains: CodeTable
  private values = new Float64Array(0)

  constructor(domains: CodeTable) {
    this.domains = domains
  }

  /** Whether anything that they are made of changed in commit `offset`. */
  changed(offset: number): boolean {
    const columns = [COUNTED_ON, ...HOST_FIGURES.map(({ of }) => of)]
    const changedAt = columns.map((id) => this.domains.column(id)?.lastChangedAt ?? 0)
    return Math.max(this.domains.rosterChangedAt, ...changedAt) >= offset
  }

  /** Looks at all domains. */
  reckon(hosts: number): void {
    const count = HOST_FIGURES.length
    if (this.values.length < hosts * count) this.values = new Float64Array(hosts * count * 2)
    this.values.fill(Number.NaN)
    for (const [place, figure] of HOST_FIGURES.entries()) this.add(figure, place)
  }

  private add(figure: Figure, place: number): void {
    const { domains, values } = this
    const column = domains.column(figure.of)
    if (column === null) return
    const elsewhere = domains.column(COUNTED_ON)
    for (let row = 0; row < domains.rowLimit; row++) {
      // A row that is counted elsewhere shows the word of a host that shows as well.
      if (!domains.isAlive(row) || (elsewhere !== null && isWord(domains, elsewhere.number, row))) continue
      const at = hostRowOf(domains, row) * HOST_FIGURES.length + place
      values[at] = fold(figure, values[at]!, decodeCell(column.encoding, column.codes[row]!))
    }
  }

  /** A figure by its place in {@link HOST_FIGURES}; NaN is unknown. */
  value(ownHost: number, place: number): number {
    return this.values[ownHost * HOST_FIGURES.length + place] ?? Number.NaN
  }
}

function isWord(table: CodeTable, column: number, row: number): boolean {
  return table.dictionaries.get(column)!.word(table.columns[column]!.codes[row]!) !== null
}
