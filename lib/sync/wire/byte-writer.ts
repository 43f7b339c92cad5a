import type { SectionType } from './protocol.ts'
import { SECTION_HEADER_BYTES } from './protocol.ts'
import { utf8Length, writeUtf8 } from './utf8.ts'

const LENGTH_IN_SECTION = 4

/**
 * A buffer that grows and is used again: little-endian numbers, text, and sections of a frame.
 *
 * @remarks `bytes` and `view` are replaced when the buffer grows; read them anew after each write.
 */
export class ByteWriter {
  bytes: Uint8Array<ArrayBuffer>
  view: DataView<ArrayBuffer>
  length = 0

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  clear(): void {
    this.length = 0
  }

  /** Makes room for `count` more bytes, so that they can be written through `view`. */
  reserve(count: number): void {
    const needed = this.length + count
    if (needed <= this.bytes.length) return
    const bytes = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    bytes.set(this.bytes.subarray(0, this.length))
    this.bytes = bytes
    this.view = new DataView(bytes.buffer)
  }

  u8(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }

  u16(value: number): void {
    this.reserve(2)
    this.view.setUint16(this.length, value, true)
    this.length += 2
  }

  u32(value: number): void {
    this.reserve(4)
    this.view.setUint32(this.length, value, true)
    this.length += 4
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** Writes UTF-8 and returns how many bytes it took. */
  text(text: string): number {
    this.reserve(utf8Length(text))
    const end = writeUtf8(text, this.bytes, this.length)
    const length = end - this.length
    this.length = end
    return length
  }

  /** Fills with zeros up to the next multiple of 4. */
  align(): void {
    while ((this.length & 3) !== 0) this.u8(0)
  }

  /** Opens a section and returns where it starts. */
  beginSection(type: SectionType, flags: number, column: number): number {
    const start = this.length
    this.u8(type)
    this.u8(flags)
    this.u16(column)
    this.u32(0)
    return start
  }

  /** Pads the section and writes its length. */
  endSection(start: number): void {
    this.align()
    this.view.setUint32(start + LENGTH_IN_SECTION, this.length - start - SECTION_HEADER_BYTES, true)
  }

  /** A view of what was written; valid until the next write. */
  written(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length)
  }
}
