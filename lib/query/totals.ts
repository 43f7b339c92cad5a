import type { CodeColumn } from '../columns/code-column.ts'
import type { CodeTable } from '../columns/code-table.ts'
import { decodeCell, decodeTable } from '../columns/encodings.ts'
import type { Unit } from '../metrics/types.ts'

export interface Total {
  sum: number
  max: number
  /** Rows whose value is known; the mean is over these. */
  known: number
}

const FIRST_RESERVED = 0xfff0
const MANTISSA_BITS = 10
const LEAST_MANTISSA = 1 << MANTISSA_BITS
/** By exponent: what a step of the mantissa is worth. Powers of two, so that the product is exact. */
const STEPS = Float64Array.from(
  { length: 64 },
  (_, exponent) => decodeCell('ufloat16', (exponent << MANTISSA_BITS) | 1) / (LEAST_MANTISSA + 1),
)

/** Sum, maximum and number of known values over rows; `max` is NaN when nothing is known. */
export function totalOf(column: CodeColumn, rows: Uint32Array, count: number, into: Total = empty()): Total {
  if (column.encoding === 'ufloat16') return totalOfFloats(column.codes, rows, count, into)
  const values = decodeTable(column.encoding)
  const { codes, encoding } = column
  let sum = 0
  let known = 0
  let max = Number.NEGATIVE_INFINITY
  for (let i = 0; i < count; i++) {
    const code = codes[rows[i]!]!
    const value = values === null ? decodeCell(encoding, code) : values[code]!
    if (Number.isNaN(value)) continue
    sum += value
    known++
    if (value > max) max = value
  }
  into.sum = sum
  into.known = known
  into.max = known === 0 ? Number.NaN : max
  return into
}

/** As {@link totalOf}, of the encoding that nearly all summed columns have: made from the bits, with no large table to miss. */
function totalOfFloats(codes: CodeColumn['codes'], rows: Uint32Array, count: number, into: Total): Total {
  let sum = 0
  let known = 0
  let greatest = -1
  for (let i = 0; i < count; i++) {
    const code = codes[rows[i]!]!
    if (code >= FIRST_RESERVED) continue
    known++
    // Codes go up with their values.
    if (code > greatest) greatest = code
    if (code !== 0) sum += STEPS[code >>> MANTISSA_BITS]! * (LEAST_MANTISSA + (code & (LEAST_MANTISSA - 1)))
  }
  into.sum = sum
  into.known = known
  into.max = known === 0 ? Number.NaN : decodeCell('ufloat16', greatest)
  return into
}

function empty(): Total {
  return { sum: 0, max: Number.NaN, known: 0 }
}

export type TotalKind = 'sum' | 'mean' | 'max'

/**
 * What a totals row shows for a unit: amounts and rates add up, percentages and ratios are averaged, and of latencies
 * and ages only the worst means something. Null where no total does.
 */
export function totalKind(unit: Unit): TotalKind | null {
  switch (unit) {
    case '%':
    case 'ratio':
      return 'mean'
    case 'ns':
    case 's':
    case 'ms':
      return 'max'
    case 'word':
    case 'B':
      return null
    case 'cores':
    case 'KiB':
    case 'KiB/s':
    case '1/s':
    case 'B/s':
    case 'requests':
    case 'count':
      return 'sum'
  }
}

/** The value of a total, NaN when no row has one. */
export function totalValue(total: Total, kind: TotalKind): number {
  if (total.known === 0) return Number.NaN
  return kind === 'sum' ? total.sum : kind === 'mean' ? total.sum / total.known : total.max
}

/** How many of the rows have each code of a dictionary column; `counts[code]`, unknown codes in `unknown`. */
export function countWords(
  column: CodeColumn,
  table: CodeTable,
  rows: Uint32Array,
  count: number,
): { readonly words: ReadonlyMap<string, number>; readonly unknown: number } {
  const dictionary = table.dictionaries.get(column.number)?.words ?? []
  const counts = new Uint32Array(dictionary.length)
  let unknown = 0
  for (let i = 0; i < count; i++) {
    const code = column.codes[rows[i]!]!
    if (code < counts.length) counts[code]!++
    else unknown++
  }
  return { words: new Map(dictionary.map((word, code) => [word, counts[code]!])), unknown }
}
