import { encodeUtf8 } from '../../../lib/xdr/utf8.ts'
import { paddedLength } from '../../../lib/xdr/xdr-reader.ts'

const WORD = 4
const TWO_32 = 4_294_967_296

/**
 * A growing array of big-endian 32-bit words: the body of a large reply, written in place.
 *
 * @remarks XDR is 4-byte aligned, so ready-made parts are copied as words in memory order and only values are written
 * through the `DataView`. Positions are word indexes.
 */
export class ReplyWords {
  bytes: Uint8Array<ArrayBuffer>
  #words: Uint32Array
  #view: DataView
  /** Where the next part goes. */
  length = 0

  constructor(words: number) {
    this.bytes = new Uint8Array(words * WORD)
    this.#words = new Uint32Array(this.bytes.buffer)
    this.#view = new DataView(this.bytes.buffer)
  }

  get byteLength(): number {
    return this.length * WORD
  }

  /** Makes room for `words` more, so that the following writes need no check. */
  reserve(words: number): void {
    const needed = this.length + words
    if (needed <= this.#words.length) return
    const larger = new Uint8Array(Math.max(needed, this.#words.length * 2) * WORD)
    larger.set(this.bytes.subarray(0, this.byteLength))
    this.bytes = larger
    this.#words = new Uint32Array(larger.buffer)
    this.#view = new DataView(larger.buffer)
  }

  /** Appends ready-made words and returns where they begin. */
  copy(part: Uint32Array): number {
    const at = this.length
    this.#words.set(part, at)
    this.length = at + part.length
    return at
  }

  push(value: number): void {
    this.#view.setInt32(this.length++ * WORD, value)
  }

  setInt(at: number, value: number): void {
    this.#view.setInt32(at * WORD, value)
  }

  /** Writes a whole number of at least 0 as 64 bits. Exact up to 2^53. */
  setUlong(at: number, value: number): void {
    const high = Math.floor(value / TWO_32)
    this.#view.setUint32(at * WORD, high)
    this.#view.setUint32(at * WORD + WORD, value - high * TWO_32)
  }
}

/** Bytes of XDR as words in this machine's memory order. */
export function toWords(bytes: Uint8Array): Uint32Array {
  const words = new Uint32Array(bytes.length / WORD)
  new Uint8Array(words.buffer).set(bytes)
  return words
}

/** An XDR string as words: length, bytes, padding. */
export function stringWords(text: string): Uint32Array {
  return opaqueWords(encodeUtf8(text))
}

/** The same of bytes that need not be text. */
export function opaqueWords(bytes: Uint8Array): Uint32Array {
  const words = new Uint32Array(1 + paddedLength(bytes.length) / WORD)
  new DataView(words.buffer).setUint32(0, bytes.length)
  new Uint8Array(words.buffer).set(bytes, WORD)
  return words
}
