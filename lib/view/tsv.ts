/** Rows of cells as tab-separated text for the clipboard. Tabs and line ends inside a cell become spaces. */
export function toTsv(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => cells.map(cleanCell).join('\t')).join('\n')
}

const FORMULA = /^[=+@-]/
const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i

function cleanCell(cell: string): string {
  const line = cell.replace(/[\t\r\n]+/g, ' ')
  // A spreadsheet would run it: names come from tenants.
  return FORMULA.test(line) && !NUMBER.test(line) ? `'${line}` : line
}
