/**
 * Builds byte fixtures field by field, big-endian as XDR has it.
 *
 * @remarks Independent of the product's own codecs on purpose: a test that builds its input with the code under test
 * proves only that the code agrees with itself. Slow and plain; for tests alone.
 */
export class ByteBuilder {
  readonly #bytes: number[] = []

  /** Bytes so far. */
  get length(): number {
    return this.#bytes.length
  }

  u32(value: number): this {
    for (const shift of [24, 16, 8, 0]) this.#bytes.push((value >>> shift) & 0xff)
    return this
  }

  i32(value: number): this {
    return this.u32(value >>> 0)
  }

  u64(value: bigint): this {
    const word = BigInt.asUintN(64, value)
    return this.u32(Number(word >> 32n)).u32(Number(word & 0xffff_ffffn))
  }

  i64(value: bigint): this {
    return this.u64(value)
  }

  f64(value: number): this {
    const view = new DataView(new ArrayBuffer(8))
    view.setFloat64(0, value)
    return this.raw(new Uint8Array(view.buffer))
  }

  /** Bytes as they are, without length and padding. */
  raw(bytes: ArrayLike<number>): this {
    for (let i = 0; i < bytes.length; i++) this.#bytes.push((bytes[i] ?? 0) & 0xff)
    return this
  }

  /** Bytes as they are, from hexadecimal digits; blanks are allowed. */
  hex(digits: string): this {
    return this.raw(bytesOfHex(digits))
  }

  /** XDR opaque of fixed length: bytes and zero padding. */
  fixed(bytes: ArrayLike<number>): this {
    this.raw(bytes)
    return this.raw(new Array<number>((4 - (bytes.length % 4)) % 4).fill(0))
  }

  /** XDR opaque of variable length, and string: length, bytes, zero padding. */
  opaque(bytes: ArrayLike<number>): this {
    return this.u32(bytes.length).fixed(bytes)
  }

  string(text: string): this {
    return this.opaque(new TextEncoder().encode(text))
  }

  /** XDR optional: a flag, then the value if there is one. */
  optional(write: ((builder: this) => void) | null): this {
    this.u32(write === null ? 0 : 1)
    write?.(this)
    return this
  }

  /** XDR array of variable length. */
  list<T>(items: readonly T[], write: (builder: this, item: T) => void): this {
    this.u32(items.length)
    for (const item of items) write(this, item)
    return this
  }

  build(): Uint8Array {
    return Uint8Array.from(this.#bytes)
  }

  /** The bytes behind their own length word, which counts itself, as libvirt frames a message. */
  buildMessage(): Uint8Array {
    return new ByteBuilder()
      .u32(this.#bytes.length + 4)
      .raw(this.#bytes)
      .build()
  }
}

/** Bytes of hexadecimal digits; blanks are allowed. */
export function bytesOfHex(digits: string): Uint8Array {
  const clean = digits.replace(/\s+/g, '')
  if (clean.length % 2 !== 0 || /[^0-9a-f]/i.test(clean)) throw new Error(`not hexadecimal: ${digits.slice(0, 40)}`)
  return Uint8Array.from(clean.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
