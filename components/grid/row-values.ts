import { decodeCell } from '../../lib/columns/encodings.ts'
import { findMetric } from '../../lib/metrics/catalogue.ts'
import { formatMetric, UNKNOWN_TEXT } from '../../lib/metrics/format.ts'
import type { GridColumn } from '../../lib/view/grid-columns.ts'
import { toTsv } from '../../lib/view/tsv.ts'
import type { LiveFleet } from '../live/live-fleet.ts'
import { ageOf, hostNameOf, stateOf, wordOf } from './row-facts.ts'

/** Codes carry 11 significant bits: more digits than this would be made up. */
const SIGNIFICANT_DIGITS = 5

/** The value of a metric's cell, NaN when unknown or not subscribed. */
export function cellValue(fleet: LiveFleet, row: number, columnId: string): number {
  const column = fleet.domains.column(columnId)
  return column === null ? Number.NaN : decodeCell(column.encoding, column.codes[row]!)
}

/** What a cell shows, as one text with its unit: made from the tables alone, never from the page. */
export function cellText(fleet: LiveFleet, row: number, column: GridColumn, now: number): string {
  switch (column.kind) {
    case 'state':
      return stateOf(fleet, row)
    case 'name':
      return nameText(fleet, row)
    case 'word':
      // A domain without a project is no gap in what is known: the cell stays empty.
      return wordOf(fleet, row, column.id) ?? ''
    case 'host':
      return hostNameOf(fleet, row)
    case 'age':
      return wholeSeconds(ageOf(fleet, row, now))
    case 'memory':
      return memoryText(fleet, row, column)
    case 'number':
    case 'cpu':
      return formatMetric(column.metric!, cellValue(fleet, row, column.id))
  }
}

/** Whole seconds, as the cell counts them: rounded down. */
function wholeSeconds(ms: number): string {
  return Number.isNaN(ms) ? UNKNOWN_TEXT : `${Math.floor(ms / 1000)} s`
}

/** Title and libvirt's name, or the name alone. */
function nameText({ domains }: LiveFleet, row: number): string {
  const name = domains.text('name')?.get(row) ?? ''
  const title = domains.text('title')?.get(row) ?? ''
  return title === '' || title === name ? name : `${title} (${name})`
}

function memoryText(fleet: LiveFleet, row: number, column: GridColumn): string {
  const percent = cellValue(fleet, row, column.id)
  const rss = cellValue(fleet, row, 'rssKiB')
  if (!Number.isNaN(percent) || Number.isNaN(rss)) return formatMetric(column.metric!, percent)
  return `${formatMetric(findMetric('rssKiB')!, rss)} RSS`
}

/** Rows as tab-separated text with a header line; numbers in the column's base unit, unknown ones empty. */
export function rowsAsTsv(
  fleet: LiveFleet,
  rows: readonly number[],
  columns: readonly GridColumn[],
  now: number,
): string {
  const header = columns.map((column) =>
    column.metric === null || column.kind === 'state' ? column.label : `${column.metric.label} (${column.metric.unit})`,
  )
  const lines = rows.map((row) => columns.map((column) => plainValue(fleet, row, column, now)))
  return toTsv([header, ...lines])
}

function plainValue(fleet: LiveFleet, row: number, column: GridColumn, now: number): string {
  if (column.metric === null || column.kind === 'state') {
    const text = cellText(fleet, row, column, now)
    return text === UNKNOWN_TEXT ? '' : text
  }
  const value = cellValue(fleet, row, column.id)
  return Number.isNaN(value) ? '' : String(Number(value.toPrecision(SIGNIFICANT_DIGITS)))
}
