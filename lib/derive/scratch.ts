import { growFloat64, growInt32, growUint8 } from '../columns/grow.ts'

/** Arrays of doubles that one derivation may use for each child or row at a time. */
export const CHILD_ARRAYS = 11
export const ROW_ARRAYS = 3

/**
 * Working memory of a derivation: one place per row or child of the call, in the order of the call.
 *
 * @remarks It belongs to one `DerivedDomains` and lives from call to call, so that nothing is allocated per row.
 * Doubles pass between steps in arrays, because V8 boxes a double that a function returns. In all of them NaN means
 * *no value* and a negative difference *went back*; neither leaves this folder, the columns have bitmaps.
 */
export class Scratch {
  /** By row of the call: length of the interval in s, `NO_INTERVAL` or `NO_NEW_SAMPLE`. */
  seconds = new Float64Array(0)
  /** By row of the call: 1 when a missing value is due to a reset. */
  reset = new Uint8Array(0)
  readonly byRow: Float64Array<ArrayBuffer>[] = Array.from({ length: ROW_ARRAYS }, () => new Float64Array(0))
  /** Children of row `i` are at `start[i]` to `start[i + 1] - 1` of the arrays below. */
  start = new Int32Array(0)
  slots = new Int32Array(0)
  /** By child: 1 when one of its counters went back. */
  back = new Uint8Array(0)
  readonly byChild: Float64Array<ArrayBuffer>[] = Array.from({ length: CHILD_ARRAYS }, () => new Float64Array(0))

  growRows(count: number): void {
    if (count <= this.seconds.length) return
    const length = Math.max(count, this.seconds.length * 2, 64)
    this.seconds = growFloat64(this.seconds, length)
    this.reset = growUint8(this.reset, length)
    this.start = growInt32(this.start, length + 1, 0)
    for (let k = 0; k < ROW_ARRAYS; k++) this.byRow[k] = growFloat64(this.byRow[k]!, length)
  }

  growChildren(count: number): void {
    if (count <= this.slots.length) return
    const length = Math.max(count, this.slots.length * 2, 64)
    this.slots = growInt32(this.slots, length, 0)
    this.back = growUint8(this.back, length)
    for (let k = 0; k < CHILD_ARRAYS; k++) this.byChild[k] = growFloat64(this.byChild[k]!, length)
  }
}
