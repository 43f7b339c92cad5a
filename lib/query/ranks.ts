import { foldText } from './fold.ts'

const DIGITS = /\d+/g
const MAX_RUN = 0xffff

/**
 * A string whose plain code-unit order is the natural order of the text: `web-9` before `web-10`, case and diacritics
 * ignored.
 *
 * @remarks Each run of digits is written as `0`, its length without leading zeros, and the digits. So numbers stand
 * before letters and longer numbers after shorter ones. It does not ask the locale: server and browser agree.
 */
export function naturalKey(text: string): string {
  return foldText(text).replace(DIGITS, (run) => {
    const digits = run.replace(/^0+(?=\d)/, '')
    return `0${String.fromCharCode(Math.min(digits.length, MAX_RUN))}${digits}`
  })
}

/**
 * Rank of each row's text in natural order; equal texts have equal ranks, an empty text is unknown.
 *
 * @remarks For text columns, once per change of roster or name: after it, a text column sorts as a number.
 * @param rows - The living rows.
 * @param out - By row number, with room for all of them; other places are left as they are.
 */
export function rankTexts(textOf: (row: number) => string, rows: ArrayLike<number>, out: Float32Array): void {
  const entries: { row: number; key: string; text: string }[] = []
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    const text = textOf(row)
    if (text === '') out[row] = Number.NaN
    else entries.push({ row, key: naturalKey(text), text })
  }
  entries.sort((a, b) => compare(a.key, b.key) || compare(a.text, b.text))
  let rank = -1
  let previous: string | null = null
  for (const { row, text } of entries) {
    if (text !== previous) rank++
    previous = text
    out[row] = rank
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
