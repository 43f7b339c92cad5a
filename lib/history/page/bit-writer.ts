import { growUint8 } from '../../columns/grow.ts'

/** Most bits that {@link BitWriter.put} takes at once: with the 7 that may be pending they fit into 31. */
export const MOST_BITS = 24

/**
 * Writes bits into bytes, the highest bit of each value first.
 *
 * @remarks Bits that do not fill a byte yet are pending: `pending` of them, in the low bits of `carry`. A writer of
 * another page goes on from its own pending bits, so that one writer serves all pages.
 */
export class BitWriter {
  bytes: Uint8Array<ArrayBuffer>
  /** Whole bytes written. */
  length = 0
  carry = 0
  pending = 0

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity)
  }

  /** Starts over with bits that are pending already. */
  begin(carry: number, pending: number): void {
    this.length = 0
    this.carry = carry
    this.pending = pending
  }

  /** Makes room for `bytes` more; {@link put} does not look. */
  reserve(bytes: number): void {
    if (this.length + bytes > this.bytes.length) this.bytes = growUint8(this.bytes, (this.length + bytes) * 2)
  }

  /** Writes the low `count` bits of `value`, whose others are 0. */
  put(value: number, count: number): void {
    let pending = this.pending + count
    const carry = (this.carry << count) | value
    while (pending >= 8) {
      pending -= 8
      this.bytes[this.length++] = carry >>> pending
    }
    this.carry = carry & ((1 << pending) - 1)
    this.pending = pending
  }
}
