import { decodeUtf8 } from './utf8.ts'
import { xdrError } from './xdr-error.ts'

/** XDR works in units of this many bytes; everything shorter is padded with zeros. */
export const XDR_UNIT = 4

/** `length` with its padding. */
export function paddedLength(length: number): number {
  return (length + 3) & ~3
}

/**
 * Reads XDR values one after another from a range of bytes.
 *
 * @remarks All integers are big-endian. Every read is bounds-checked and throws a `DomscopeError` of radius `reply`
 * (codes in {@link xdrError}); the position is then undefined. Offsets in errors count from `start`. Strings and numbers
 * are copies; {@link opaque} returns a view that lives as long as the bytes stay untouched.
 */
export class XdrReader {
  readonly bytes: Uint8Array
  readonly end: number
  /** Absolute index into `bytes` of the next value. */
  position: number
  /** High and low word of the last 64-bit value read by {@link u64Words}. */
  hi = 0
  lo = 0
  /** Range in `bytes` of the last string read by {@link stringRange}, without its padding. */
  textStart = 0
  textEnd = 0
  readonly #start: number
  readonly #view: DataView

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes
    this.end = end
    this.position = start
    this.#start = start
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get remaining(): number {
    return this.end - this.position
  }

  /** Position as errors give it. */
  get offset(): number {
    return this.position - this.#start
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4))
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4))
  }

  /** A boolean: exactly 0 or 1. */
  bool(): boolean {
    const value = this.u32()
    if (value > 1) throw xdrError('XDR_BAD_VALUE', `${value} is not a boolean`, this.offset - 4, { value })
    return value === 1
  }

  /** Whether an optional value follows. */
  optional(): boolean {
    return this.bool()
  }

  /** Reads 64 bits into {@link hi} and {@link lo}, without allocating. */
  u64Words(): void {
    const at = this.#take(8)
    this.hi = this.#view.getUint32(at)
    this.lo = this.#view.getUint32(at + 4)
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8))
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8))
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8))
  }

  /** Element count of an array. `minElementBytes` bounds it by what is left, before anything is allocated. */
  count(max: number, minElementBytes: number): number {
    const count = this.u32()
    if (count > max)
      throw xdrError('XDR_TOO_LONG', `${count} elements, at most ${max}`, this.offset - 4, { count, max })
    if (count * minElementBytes > this.remaining) {
      throw xdrError('XDR_OUT_OF_BOUNDS', `${count} elements do not fit ${this.remaining} bytes`, this.offset - 4, {
        count,
      })
    }
    return count
  }

  /** A view of `length` bytes with padding skipped. Valid while the underlying bytes are. */
  opaque(length: number): Uint8Array {
    const at = this.#take(length)
    this.#padding(length)
    return this.bytes.subarray(at, at + length)
  }

  /** Length word, bytes, padding; as a view. */
  variableOpaque(max: number): Uint8Array {
    return this.opaque(this.#length(max))
  }

  /** UTF-8 text of at most `max` bytes; ill-formed parts become U+FFFD. */
  string(max: number): string {
    const length = this.#length(max)
    const at = this.#take(length)
    this.#padding(length)
    return decodeUtf8(this.bytes, at, at + length)
  }

  /** Reads over a string of at most `max` bytes; {@link textStart} and {@link textEnd} say where it is. */
  stringRange(max: number): void {
    const length = this.#length(max)
    this.textStart = this.#take(length)
    this.textEnd = this.textStart + length
    this.#padding(length)
  }

  /** Reads over `length` bytes and their padding. */
  skip(length: number): void {
    this.#take(length)
    this.#padding(length)
  }

  /** Optional string: null when absent. */
  optionalString(max: number): string | null {
    return this.optional() ? this.string(max) : null
  }

  /** Throws `XDR_TRAILING_BYTES` unless everything was read. */
  finish(): void {
    if (this.position !== this.end) {
      throw xdrError('XDR_TRAILING_BYTES', `${this.remaining} bytes left over`, this.offset, { bytes: this.remaining })
    }
  }

  #length(max: number): number {
    const length = this.u32()
    if (length > max)
      throw xdrError('XDR_TOO_LONG', `length ${length}, at most ${max}`, this.offset - 4, { length, max })
    return length
  }

  #take(length: number): number {
    const at = this.position
    if (length > this.end - at) {
      throw xdrError('XDR_OUT_OF_BOUNDS', `need ${length} bytes, have ${this.end - at}`, this.offset, { length })
    }
    this.position = at + length
    return at
  }

  #padding(length: number): void {
    const pad = paddedLength(length) - length
    const at = this.#take(pad)
    for (let i = at; i < at + pad; i++) {
      if (this.bytes[i] !== 0) throw xdrError('XDR_BAD_PADDING', 'padding is not zero', i - this.#start)
    }
  }
}
