import { BLOCK_BYTES, type BlockPool, NO_BLOCK } from '../block-pool.ts'
import type { BitWriter } from './bit-writer.ts'
import { encodeRow, mostRowBytes } from './row-encoder.ts'
import type { RowModel } from './row-model.ts'

/** When a page is full. */
export interface PageLimits {
  /** Pages end at multiples of this, shifted by a phase of the stream, once they have this many rows; or at the most. */
  readonly ms: number
  readonly rows: number
  readonly mostMs: number
  readonly mostRows: number
  readonly mostBytes: number
}

/** A page that is still written to: compressed row by row, in a chain of blocks. */
export class PageDraft {
  readonly model: RowModel
  firstTime = 0
  /** Whole bytes in the chain; the bits behind them are in `carry`. */
  private length = 0
  private carry = 0
  private pending = 0
  private first = NO_BLOCK
  private last = NO_BLOCK

  constructor(model: RowModel) {
    this.model = model
  }

  get rows(): number {
    return this.model.rows
  }

  get lastTime(): number {
    return this.model.time
  }

  /** Bytes that the rows take in a page. */
  get byteLength(): number {
    return this.length + (this.pending > 0 ? 1 : 0)
  }

  /** Most blocks that another row may need. */
  get mostBlocks(): number {
    return Math.ceil(mostRowBytes(this.model.series) / BLOCK_BYTES) + 1
  }

  /** Whether a row of `time` belongs on the next page. Phases keep the pages of many streams from ending together. */
  isFull(time: number, limits: PageLimits, phase: number): boolean {
    if (this.rows === 0) return false
    if (time - this.firstTime > limits.mostMs || this.rows >= limits.mostRows || this.length >= limits.mostBytes) {
      return true
    }
    const period = (at: number) => Math.floor((at + phase) / limits.ms)
    return this.rows >= limits.rows && period(time) !== period(this.firstTime)
  }

  /** Appends a row; the pool must have {@link mostBlocks} free. */
  append(time: number, flags: number, levels: Int32Array, writer: BitWriter, blocks: BlockPool): void {
    if (this.rows === 0) this.firstTime = time
    writer.begin(this.carry, this.pending)
    writer.reserve(mostRowBytes(this.model.series))
    encodeRow(this.model, time, flags, levels, writer)
    this.carry = writer.carry
    this.pending = writer.pending
    for (let from = 0; from < writer.length; ) {
      const at = this.length % BLOCK_BYTES
      if (at === 0) {
        this.last = blocks.take(this.last)
        if (this.first === NO_BLOCK) this.first = this.last
      }
      const count = Math.min(writer.length - from, BLOCK_BYTES - at)
      blocks.write(this.last, at, writer.bytes, from, count)
      this.length += count
      from += count
    }
  }

  /** Copies the rows to `target[at…)`, {@link byteLength} bytes. */
  copyRows(blocks: BlockPool, target: Uint8Array, at: number): void {
    blocks.copy(this.first, this.length, target, at)
    if (this.pending > 0) target[at + this.length] = this.carry << (8 - this.pending)
  }

  /** Empties the page and frees its blocks. */
  clear(blocks: BlockPool): void {
    blocks.giveAll(this.first)
    this.first = NO_BLOCK
    this.last = NO_BLOCK
    this.length = 0
    this.carry = 0
    this.pending = 0
    this.model.reset()
  }
}
