import { encodeUtf8 } from './utf8.ts'
import { paddedLength } from './xdr-reader.ts'

const FIRST_CAPACITY = 256

/**
 * Writes XDR values one after another into a buffer that grows by doubling.
 *
 * @remarks Mirror of `XdrReader`. Methods return the writer, for chains. {@link finish} gives a view, not a copy: it is
 * valid until the next write or {@link reset}.
 */
export class XdrWriter {
  #bytes: Uint8Array<ArrayBuffer>
  #view: DataView
  #length = 0

  constructor(capacity = FIRST_CAPACITY) {
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length
  }

  /** Starts over, keeping the buffer. */
  reset(): this {
    this.#length = 0
    return this
  }

  i32(value: number): this {
    const at = this.#grow(4)
    this.#view.setInt32(at, value)
    return this
  }

  u32(value: number): this {
    const at = this.#grow(4)
    this.#view.setUint32(at, value)
    return this
  }

  bool(value: boolean): this {
    return this.u32(value ? 1 : 0)
  }

  /** A 64-bit value from its two words. */
  u64Words(hi: number, lo: number): this {
    const at = this.#grow(8)
    this.#view.setUint32(at, hi)
    this.#view.setUint32(at + 4, lo)
    return this
  }

  u64(value: bigint): this {
    const at = this.#grow(8)
    this.#view.setBigUint64(at, value)
    return this
  }

  i64(value: bigint): this {
    const at = this.#grow(8)
    this.#view.setBigInt64(at, value)
    return this
  }

  f64(value: number): this {
    const at = this.#grow(8)
    this.#view.setFloat64(at, value)
    return this
  }

  /** Bytes and padding, no length word. */
  opaque(bytes: Uint8Array): this {
    const padded = paddedLength(bytes.length)
    const at = this.#grow(padded)
    this.#bytes.set(bytes, at)
    // The buffer may hold bytes of an earlier use.
    this.#bytes.fill(0, at + bytes.length, at + padded)
    return this
  }

  /** Length word, bytes, padding. */
  variableOpaque(bytes: Uint8Array): this {
    return this.u32(bytes.length).opaque(bytes)
  }

  string(text: string): this {
    return this.variableOpaque(encodeUtf8(text))
  }

  optionalString(text: string | null): this {
    return text === null ? this.u32(0) : this.u32(1).string(text)
  }

  /** Bytes as they are, without padding: for what is already XDR. */
  raw(bytes: Uint8Array): this {
    const at = this.#grow(bytes.length)
    this.#bytes.set(bytes, at)
    return this
  }

  /** Overwrites a word written earlier: for lengths and counts known only at the end. */
  patchU32(offset: number, value: number): this {
    this.#view.setUint32(offset, value)
    return this
  }

  /** What was written, as a view; valid until the next write or reset. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Makes room. Call it before touching `#view` or `#bytes`: it may replace both. */
  #grow(by: number): number {
    const at = this.#length
    const needed = at + by
    if (needed > this.#bytes.length) this.#enlarge(needed)
    this.#length = needed
    return at
  }

  #enlarge(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}
