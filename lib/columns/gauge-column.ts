import { Bitmap } from './bitmap.ts'
import { growFloat64 } from './grow.ts'

/** One gauge for every row: a double and a validity bit. Derived metrics use it too. */
export class GaugeColumn {
  values: Float64Array<ArrayBuffer>
  readonly valid: Bitmap

  constructor(capacity = 0) {
    this.values = new Float64Array(capacity)
    this.valid = new Bitmap(capacity)
  }

  get(row: number): number | null {
    return this.valid.get(row) ? this.values[row]! : null
  }

  set(row: number, value: number): void {
    this.values[row] = value
    this.valid.set(row)
  }

  clear(row: number): void {
    this.valid.clear(row)
  }

  grow(capacity: number): void {
    this.values = growFloat64(this.values, capacity)
    this.valid.grow(capacity)
  }
}
