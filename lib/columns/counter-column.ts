import { Bitmap } from './bitmap.ts'

/** Words of one cell: current high, current low, previous high, previous low. */
export const COUNTER_WORDS = 4

const TWO_POW_32 = 4_294_967_296

/**
 * One unsigned 64-bit counter for every row, with its last two samples.
 *
 * @remarks The four words of a cell share a cache line. `valid` says that the current sample exists, `validPrevious`
 * that the one before exists too; the times of both belong to the (domain row, stat group) that the field is in,
 * because a whole record is one sample.
 */
export class CounterColumn {
  words: Uint32Array
  readonly valid: Bitmap
  readonly validPrevious: Bitmap

  constructor(capacity = 0) {
    this.words = new Uint32Array(capacity * COUNTER_WORDS)
    this.valid = new Bitmap(capacity)
    this.validPrevious = new Bitmap(capacity)
  }

  /** Moves the current sample back and stores a new one. */
  push(row: number, high: number, low: number): void {
    const at = row * COUNTER_WORDS
    const words = this.words
    words[at + 2] = words[at]!
    words[at + 3] = words[at + 1]!
    words[at] = high
    words[at + 1] = low
    if (this.valid.get(row)) this.validPrevious.set(row)
    else this.valid.set(row)
  }

  /** Stores a new sample in place of the current one. */
  replace(row: number, high: number, low: number): void {
    const at = row * COUNTER_WORDS
    this.words[at] = high
    this.words[at + 1] = low
    this.valid.set(row)
  }

  /** Forgets both samples: the field is unknown. */
  clear(row: number): void {
    this.valid.clear(row)
    this.validPrevious.clear(row)
  }

  /** Keeps the current sample as a value, but never as the base of a rate. */
  forgetPrevious(row: number): void {
    this.validPrevious.clear(row)
  }

  /** Whether both samples exist, so that a difference means something. */
  hasDelta(row: number): boolean {
    return this.validPrevious.get(row)
  }

  /**
   * Exact difference of the two samples as a double; negative when the counter went back, which means *reset*.
   *
   * @remarks The difference is taken in 64-bit integer arithmetic on two words and converted once. Check
   * {@link hasDelta} first.
   */
  delta(row: number): number {
    const at = row * COUNTER_WORDS
    const words = this.words
    const low = words[at + 1]! - words[at + 3]!
    const high = words[at]! - words[at + 2]!
    return high * TWO_POW_32 + low
  }

  /** The current sample, exact. */
  currentBigInt(row: number): bigint | null {
    if (!this.valid.get(row)) return null
    const at = row * COUNTER_WORDS
    return (BigInt(this.words[at]!) << 32n) | BigInt(this.words[at + 1]!)
  }

  grow(capacity: number): void {
    const needed = capacity * COUNTER_WORDS
    if (needed <= this.words.length) return
    const words = new Uint32Array(needed)
    words.set(this.words)
    this.words = words
    this.valid.grow(capacity)
    this.validPrevious.grow(capacity)
  }
}
