import { Bitmap } from './bitmap.ts'
import { growFloat64 } from './grow.ts'

/**
 * Stands for *reset* where values travel as plain doubles and have no bitmaps beside them; NaN stands for unknown.
 *
 * @remarks No metric can be infinite: `Number.isFinite` tells values from both.
 */
export const RESET_VALUE = Number.NEGATIVE_INFINITY

/** One derived metric for every row: a double that is known, unknown, or unknown because its counters were reset. */
export class DerivedColumn {
  values: Float64Array<ArrayBuffer>
  readonly valid: Bitmap
  readonly reset: Bitmap

  constructor(capacity = 0) {
    this.values = new Float64Array(capacity)
    this.valid = new Bitmap(capacity)
    this.reset = new Bitmap(capacity)
  }

  get(row: number): number | null {
    return this.valid.get(row) ? this.values[row]! : null
  }

  /** The value, NaN when it is unknown, {@link RESET_VALUE} when that is due to a reset. */
  read(row: number): number {
    if (this.valid.get(row)) return this.values[row]!
    return this.reset.get(row) ? RESET_VALUE : Number.NaN
  }

  set(row: number, value: number): void {
    this.values[row] = value
    this.valid.set(row)
    this.reset.clear(row)
  }

  setUnknown(row: number): void {
    this.valid.clear(row)
    this.reset.clear(row)
  }

  setReset(row: number): void {
    this.valid.clear(row)
    this.reset.set(row)
  }

  grow(capacity: number): void {
    this.values = growFloat64(this.values, capacity)
    this.valid.grow(capacity)
    this.reset.grow(capacity)
  }
}
