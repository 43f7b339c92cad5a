/**
 * What a spreadsheet takes for the start of a formula: one of four signs, also in full width, and also after blanks,
 * controls and signs without a form, which some leave out or trim. A tab or line end at the start is told apart from text
 * by some as well.
 */
const FORMULA_START = /^[\t\r\n]|^[\p{C}\p{Z}\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u

/**
 * The text, with an apostrophe in front where a spreadsheet would run it: texts come from tenants (S-13).
 *
 * @remarks For every export of cells. Give it texts only: numbers that begin with a minus are numbers.
 */
export function disarmFormula(text: string): string {
  return FORMULA_START.test(text) ? `'${text}` : text
}
