import { formatSort, type SortKey } from '../query/sort-spec.ts'
import { formatQuery } from './query-string.ts'

/** Columns that every row of the API has. */
const ALWAYS = ['uuid', 'host', 'name', 'id', 'state', 'age']

/** What the grid shows: columns in order, the filter in force, the order. */
export interface ShownRows {
  readonly columns: readonly string[]
  readonly filter: string
  readonly sort: readonly SortKey[]
}

/**
 * Address of the file with all rows that the filter lets through, in the order that was asked for, in full precision, with a
 * byte order mark: Excel takes UTF-8 without one for something else.
 *
 * @remarks The server does not order by age, which grows while one looks.
 */
export function csvAddress({ columns, filter, sort }: ShownRows): string {
  const asked = columns.filter((id) => !ALWAYS.includes(id))
  const order = formatSort(sort.filter(({ column }) => column !== 'age'))
  const query = formatQuery([
    ['format', 'csv'],
    ['bom', '1'],
    ['columns', asked.length === 0 ? 'name' : asked.join(',')],
    ...(filter === '' ? [] : [['filter', filter] as const]),
    ...(order === '' ? [] : [['sort', order] as const]),
  ])
  return `/api/v1/domains?${query}`
}
