/** Reads what `BitWriter` wrote. Past the end it reads zeros and says so: `overrun`. */
export class BitReader {
  private readonly bytes: Uint8Array
  private readonly end: number
  private at: number
  private carry = 0
  private pending = 0

  /** Reads `bytes[from..end)`. */
  constructor(bytes: Uint8Array, from: number, end: number) {
    this.bytes = bytes
    this.at = from
    this.end = end
  }

  /** The next `count` bits, at most 24. */
  take(count: number): number {
    if (this.pending < count) this.fill()
    this.pending -= count
    const value = this.carry >>> this.pending
    this.carry &= (1 << this.pending) - 1
    return value
  }

  /** Counts ones up to a zero, which is taken too, or up to `most` ones, at most 23. */
  ones(most: number): number {
    if (this.pending <= most) this.fill()
    // The first zero, seen from the highest bit that is pending.
    const zeros = ~this.carry & ((1 << this.pending) - 1)
    const count = Math.min(this.pending - 32 + Math.clz32(zeros), most)
    this.pending -= count === most ? count : count + 1
    this.carry &= (1 << this.pending) - 1
    return count
  }

  /** Makes at least 24 bits pending; past the end they are zeros. */
  private fill(): void {
    let { carry, pending, at } = this
    while (pending < 24) {
      carry = (carry << 8) | (at < this.end ? this.bytes[at]! : 0)
      at++
      pending += 8
    }
    this.carry = carry
    this.pending = pending
    this.at = at
  }

  /** Bits were taken that are not there. */
  get overrun(): boolean {
    return this.at - (this.pending >>> 3) > this.end
  }
}
