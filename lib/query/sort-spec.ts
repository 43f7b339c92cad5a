import type { CodeTable } from '../columns/code-table.ts'
import { findMetric } from '../metrics/catalogue.ts'
import { gatherCodes, gatherHosts, gatherNumbers, isNameColumn, rankNames } from './gather.ts'
import type { OrderKey } from './order.ts'

/** More keys than this are refused: nobody reads a third tie-break. */
export const MAX_SORT_KEYS = 3

/**
 * Columns that sort and are not metrics of the catalogue. `name` is libvirt's name, `title` what the grid's name column
 * shows first: the title where the domain has one, else the name.
 */
export const OTHER_SORT_COLUMNS = [
  'name',
  'title',
  'host',
  'project',
  'owner',
  'flavour',
  'jobKind',
  'reason',
  'age',
] as const
const OTHER_COLUMNS: ReadonlySet<string> = new Set(OTHER_SORT_COLUMNS)

export interface SortKey {
  /** Metric id, or one of {@link OTHER_SORT_COLUMNS}. */
  readonly column: string
  readonly descending: boolean
}

export type ParsedSort =
  | { readonly ok: true; readonly keys: readonly SortKey[] }
  | { readonly ok: false; readonly message: string; readonly at: number }

/** Whether a column opens with its greatest value on top when somebody first sorts by it. */
export function descendsFirst(column: string): boolean {
  const metric = findMetric(column)
  return metric !== null && metric.unit !== 'word'
}

/**
 * Parses `-cpuPercent,name`: comma-separated columns by id or alias, the major one first, `-` for descending.
 *
 * @remarks The same words in the page's link and in the API's `sort=`.
 */
export function parseSort(text: string): ParsedSort {
  const keys: SortKey[] = []
  let at = 0
  for (const part of text.split(',')) {
    const word = part.trim()
    if (word !== '') {
      const descending = word.startsWith('-')
      const name = descending ? word.slice(1) : word
      const column = OTHER_COLUMNS.has(name) ? name : domainMetricId(name)
      if (column === null) return { ok: false, message: `There is no column “${name}” to sort by.`, at }
      if (keys.length === MAX_SORT_KEYS) return { ok: false, message: `At most ${MAX_SORT_KEYS} sort keys.`, at }
      if (!keys.some((key) => key.column === column)) keys.push({ column, descending })
    }
    at += part.length + 1
  }
  return { ok: true, keys }
}

function domainMetricId(name: string): string | null {
  const metric = findMetric(name)
  return metric !== null && metric.entity === 'domain' ? metric.id : null
}

/** The text that {@link parseSort} reads. */
export function formatSort(keys: readonly SortKey[]): string {
  return keys.map((key) => (key.descending ? `-${key.column}` : key.column)).join(',')
}

/**
 * Order keys of a sort over domain rows. A column that the table does not have is left out: its values are unknown
 * for every row, so it would not order anything. `age` stands in no table: who knows ages gives an own key.
 */
export function orderKeys(keys: readonly SortKey[], domains: CodeTable, hosts: CodeTable): OrderKey[] {
  const found: OrderKey[] = []
  for (const { column, descending } of keys) {
    if (isNameColumn(column)) found.push({ descending, gather: gatherNumbers(rankNames(domains, column)) })
    else if (column === 'host') found.push({ descending, gather: gatherHosts(domains, hosts) })
    else {
      const codes = domains.column(column)
      if (codes !== null) found.push({ descending, gather: gatherCodes(codes, domains) })
    }
  }
  return found
}
