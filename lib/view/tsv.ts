import { disarmFormula } from '../text/disarm-formula.ts'

/**
 * Rows of cells as tab-separated text for the clipboard, as spreadsheets read it: what they would take for more than one
 * cell, or for a quoted one, is quoted, with quotes doubled.
 */
export function toTsv(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => cells.map(tsvCell).join('\t')).join('\n')
}

const NEEDS_QUOTES = /["\t\r\n]/
const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i

function tsvCell(cell: string): string {
  const safe = NUMBER.test(cell) ? cell : disarmFormula(cell)
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
