import type { CodeColumn } from '../columns/code-column.ts'
import type { DerivedColumn } from '../columns/derived-column.ts'
import {
  encodeCell,
  encodeUfloat16,
  isSaturated,
  RESET_16,
  RESET_32,
  UNKNOWN_16,
  UNKNOWN_32,
  ufloat16OfHighWord,
} from '../columns/encodings.ts'

/** Greatest code of a value in 16 bits: what saturates ends here. */
const MAX_16 = 0xffef
/** Which half of a double is its high word on this machine. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0]!

/**
 * Writes derived values as cell codes and stamps the cells that changed with commit `offset`.
 *
 * @remarks `columns[i]` goes to `codes[i]`. Only `rows[0..count)` are looked at; code columns must hold them.
 * @returns How many values their encoding could not carry and saturated: too large, or negative without a sign.
 */
export function writeCodes(
  columns: readonly DerivedColumn[],
  codes: readonly CodeColumn[],
  rows: Int32Array,
  count: number,
  offset: number,
): number {
  let saturated = 0
  for (let i = 0; i < columns.length; i++) {
    const target = codes[i]!
    saturated +=
      target.encoding === 'ufloat16'
        ? writeUfloat16(columns[i]!, target, rows, count, offset)
        : writeOther(columns[i]!, target, rows, count, offset)
  }
  return saturated
}

function writeUfloat16(
  column: DerivedColumn,
  target: CodeColumn,
  rows: Int32Array,
  count: number,
  offset: number,
): number {
  const { values } = column
  const halves = new Int32Array(values.buffer, values.byteOffset, values.length * 2)
  const valid = column.valid.words
  const reset = column.reset.words
  const { codes, changedAt } = target
  let saturated = 0
  let changed = false
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    const word = row >>> 5
    const bit = 1 << (row & 31)
    let code = UNKNOWN_16
    if ((valid[word]! & bit) !== 0) {
      code = ufloat16OfHighWord(halves[2 * row + HIGH]!)
      if (code < 0) {
        const value = values[row]!
        code = encodeUfloat16(value)
        if ((code === 0 || code === MAX_16) && isSaturated('ufloat16', value)) saturated++
      }
    } else if ((reset[word]! & bit) !== 0) code = RESET_16
    if (codes[row] === code) continue
    codes[row] = code
    changedAt[row] = offset
    changed = true
  }
  if (changed) target.lastChangedAt = offset
  return saturated
}

function writeOther(
  column: DerivedColumn,
  target: CodeColumn,
  rows: Int32Array,
  count: number,
  offset: number,
): number {
  const encoding = target.encoding
  const unknown = encoding === 'u32' ? UNKNOWN_32 : UNKNOWN_16
  const reset = encoding === 'u32' ? RESET_32 : RESET_16
  let saturated = 0
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    let code = column.reset.get(row) ? reset : unknown
    if (column.valid.get(row)) {
      const value = column.values[row]!
      code = encodeCell(encoding, value)
      if (isSaturated(encoding, value)) saturated++
    }
    target.set(row, code, offset)
  }
  return saturated
}
