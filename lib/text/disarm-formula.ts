/**
 * What a spreadsheet takes for the start of a formula: one of four signs, also in full width, and also after blanks,
 * controls and signs without a form, which some leave out or trim. A tab or line end at the start is told apart from text
 * by some as well.
 */
const FORMULA_START = /^[\t\r\n]|^[\p{C}\p{Z}\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u

/**
 * Where spreadsheets that cut lines at semicolons, as in countries with a decimal comma, see the next cell or line: quotes
 * of a cell that is not alone in what they cut mean nothing to them.
 */
const NEXT_CELL = /(\r\n|[;\r\n])(?=(?:(?![\t\r\n])[\p{C}\p{Z}])*[=+\-@\uff1d\uff0b\uff0d\uff20])/gu

/**
 * The text, with an apostrophe in front where a spreadsheet would run it: texts come from tenants (S-13).
 *
 * @remarks For every export of cells. Give it texts only: numbers that begin with a minus are numbers.
 */
export function disarmFormula(text: string): string {
  const inner = text.replace(NEXT_CELL, "$1'")
  return FORMULA_START.test(text) ? `'${inner}` : inner
}
