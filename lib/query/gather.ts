import type { CodeColumn } from '../columns/code-column.ts'
import type { CodeTable } from '../columns/code-table.ts'
import { decodeCell, decodeTable } from '../columns/encodings.ts'
import type { OrderKey } from './order.ts'
import { rankTexts } from './ranks.ts'
import { hostRowOf } from './row-uuid.ts'

type Gather = OrderKey['gather']

/** Values of a code column, as a cell shows them; NaN is unknown. Dictionary columns give the rank of the word. */
export function gatherCodes(column: CodeColumn, table: CodeTable): Gather {
  if (column.encoding === 'dict16') return gatherWords(column, table)
  const values = decodeTable(column.encoding)
  return (rows, count, out) => {
    const { codes } = column
    if (values === null) for (let i = 0; i < count; i++) out[i] = decodeCell(column.encoding, codes[rows[i]!]!)
    else for (let i = 0; i < count; i++) out[i] = values[codes[rows[i]!]!]!
  }
}

/** Values that are kept by row number, as ranks and smoothed values are. */
export function gatherNumbers(values: Float32Array): Gather {
  return (rows, count, out) => {
    for (let i = 0; i < count; i++) out[i] = values[rows[i]!]!
  }
}

/** Natural rank of the host's name, for domain rows. */
export function gatherHosts(domains: CodeTable, hosts: CodeTable): Gather {
  const names = hosts.text('name')
  const ranks = new Float32Array(hosts.rowLimit).fill(Number.NaN)
  rankTexts((row) => names?.get(row) ?? '', firstRows(hosts.rowLimit), ranks)
  return (rows, count, out) => {
    for (let i = 0; i < count; i++) out[i] = ranks[hostRowOf(domains, rows[i]!)] ?? Number.NaN
  }
}

/** What a row is called: its title, where the XML has one, else libvirt's name. */
export function shownName(table: CodeTable, row: number): string {
  return table.text('title')?.get(row) || (table.text('name')?.get(row) ?? '')
}

/** Sort columns that order by what rows are called: libvirt's name, or what is shown. */
export type NameColumn = 'name' | 'title'

export function isNameColumn(column: string): column is NameColumn {
  return column === 'name' || column === 'title'
}

/** Natural rank of what the rows are called. Costs a sort of all names: keep the result until the roster or a name changes. */
export function rankNames(table: CodeTable, column: NameColumn): Float32Array {
  const names = table.text('name')
  const nameOf = column === 'name' ? (row: number) => names?.get(row) ?? '' : (row: number) => shownName(table, row)
  const ranks = new Float32Array(table.rowLimit).fill(Number.NaN)
  const living = firstRows(table.rowLimit).filter((row) => table.isAlive(row))
  rankTexts(nameOf, living, ranks)
  return ranks
}

function gatherWords(column: CodeColumn, table: CodeTable): Gather {
  const words = table.dictionaries.get(column.number)?.words ?? []
  const ranks = new Float32Array(words.length).fill(Number.NaN)
  rankTexts((code) => words[code] ?? '', firstRows(words.length), ranks)
  return (rows, count, out) => {
    for (let i = 0; i < count; i++) out[i] = ranks[column.codes[rows[i]!]!] ?? Number.NaN
  }
}

function firstRows(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, row) => row)
}
