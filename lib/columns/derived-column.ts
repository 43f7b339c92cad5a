import { Bitmap } from './bitmap.ts'

/** One derived metric for every row: a double that is known, unknown, or unknown because its counters were reset. */
export class DerivedColumn {
  values: Float64Array
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
    if (capacity <= this.values.length) return
    const values = new Float64Array(capacity)
    values.set(this.values)
    this.values = values
    this.valid.grow(capacity)
    this.reset.grow(capacity)
  }
}
