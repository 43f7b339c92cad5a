/** Reads what `BitWriter` wrote. Past the end it reads zeros and says so: `overrun`. */
export class BitReader {
  private readonly bytes: Uint8Array
  private readonly end: number
  private at: number
  private carry = 0
  private pending = 0
  overrun = false

  /** Reads `bytes[from..end)`. */
  constructor(bytes: Uint8Array, from: number, end: number) {
    this.bytes = bytes
    this.at = from
    this.end = end
  }

  /** The next `count` bits, at most 24. */
  take(count: number): number {
    let { carry, pending } = this
    while (pending < count) {
      if (this.at >= this.end) this.overrun = true
      carry = ((carry << 8) | (this.at < this.end ? this.bytes[this.at]! : 0)) & 0x7fffffff
      this.at++
      pending += 8
    }
    pending -= count
    this.carry = carry & ((1 << pending) - 1)
    this.pending = pending
    return carry >>> pending
  }

  /** Counts ones up to a zero, which is taken too, or up to `most` ones. */
  ones(most: number): number {
    let count = 0
    while (count < most && this.take(1) === 1) count++
    return count
  }
}
