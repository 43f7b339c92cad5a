import { decodeCell } from '../columns/encodings.ts'
import { formatMetric, UNKNOWN_TEXT } from '../metrics/format.ts'
import type { Metric } from '../metrics/types.ts'

/** A number and its unit, apart, so that numbers and units each align in their column. */
export interface CellText {
  readonly number: string
  readonly unit: string
}

export const UNKNOWN_CELL: CellText = { number: UNKNOWN_TEXT, unit: '' }

// As wide as a point and a digit, so that `104` stands with its last digit before the point of `12.3`.
const POINT_AND_DIGIT = '\u2008\u2007'
const DECIMALS = /\.\d+$/

/** Splits what the formatter gives, at its last space. */
export function splitUnit(text: string): CellText {
  const at = text.lastIndexOf(' ')
  return at < 0 ? { number: text, unit: '' } : { number: text.slice(0, at), unit: text.slice(at + 1) }
}

/** Pads a number without decimals so that the decimal points of a right-aligned column stand under one another. */
export function alignDecimals(number: string): string {
  return number === UNKNOWN_TEXT || DECIMALS.test(number) ? number : number + POINT_AND_DIGIT
}

/**
 * Texts of one metric by cell code, made when first seen.
 *
 * @remarks There are at most 65,536 of them, and in practice few: steady painting formats nothing and allocates nothing.
 * `u32` codes are formatted each time.
 */
export class CellTexts {
  private readonly metric: Metric
  private readonly known = new Map<number, CellText>()
  private readonly hasOwnUnit: boolean

  /** @param headerHasUnit - The unit is in the header, the cells leave it out. */
  constructor(metric: Metric, headerHasUnit: boolean) {
    this.metric = metric
    this.hasOwnUnit = !headerHasUnit
  }

  of(code: number): CellText {
    const known = this.known.get(code)
    if (known !== undefined) return known
    const text = this.format(decodeCell(this.metric.encoding, code))
    if (this.metric.encoding !== 'u32') this.known.set(code, text)
    return text
  }

  /** The same for a value that is not a code, as totals are. */
  format(value: number): CellText {
    if (Number.isNaN(value)) return UNKNOWN_CELL
    const { number, unit } = splitUnit(formatMetric(this.metric, value))
    const aligned = this.metric.unit === 'count' ? number : alignDecimals(number)
    return { number: aligned, unit: this.hasOwnUnit ? unit : '' }
  }
}
