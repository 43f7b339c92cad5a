import { disarmFormula } from '../../../lib/text/disarm-formula.ts'

const NEEDS_QUOTES = /[",\r\n]/

/** What a cell may hold; null is unknown. */
export type Cell = string | number | null

/**
 * One CSV cell.
 *
 * @remarks Texts come from tenants: one that a spreadsheet would run as a formula gets an apostrophe in front (S-13).
 * Numbers stay numbers, also negative ones. Null is an empty cell.
 */
export function csvCell(value: Cell): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(value)
  const safe = disarmFormula(value)
  return NEEDS_QUOTES.test(safe) || safe !== value ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** One line with its end, as RFC 4180 has it. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}
