import type { SlabPool } from './slab-pool.ts'

export const BLOCK_BYTES = 128
/** End of a chain. */
export const NO_BLOCK = -1

/** Small blocks of memory cut from slabs, chained: open pages grow in them. A slab once taken is kept for the next pages. */
export class BlockPool {
  private readonly slabs: SlabPool
  private readonly memory: Uint8Array<ArrayBuffer>[] = []
  private readonly perSlab: number
  /** By block: the next of its chain, or of the free ones. */
  private next = new Int32Array(0)
  private firstFree = NO_BLOCK
  free = 0

  constructor(slabs: SlabPool) {
    this.slabs = slabs
    this.perSlab = Math.floor(slabs.slabBytes / BLOCK_BYTES)
  }

  /** Bytes besides the slabs. */
  get overhead(): number {
    return this.next.byteLength
  }

  /** Bytes of the slabs that are cut up. */
  get slabBytes(): number {
    return this.memory.length * this.slabs.slabBytes
  }

  /** Bytes that {@link grow} adds to {@link overhead}. */
  get overheadGrowth(): number {
    return this.perSlab * Int32Array.BYTES_PER_ELEMENT
  }

  /** Cuts up another slab. */
  grow(): void {
    const from = this.memory.length * this.perSlab
    this.memory.push(this.slabs.take())
    const next = new Int32Array(from + this.perSlab)
    next.set(this.next)
    this.next = next
    for (let block = from + this.perSlab - 1; block >= from; block--) this.release(block)
  }

  /** Takes a free block, and chains it behind `after` unless that is {@link NO_BLOCK}. There must be one. */
  take(after: number): number {
    const block = this.firstFree
    this.firstFree = this.next[block]!
    this.next[block] = NO_BLOCK
    this.free--
    if (after !== NO_BLOCK) this.next[after] = block
    return block
  }

  /** Frees a chain. */
  giveAll(first: number): void {
    for (let block = first; block !== NO_BLOCK; ) {
      const following = this.next[block]!
      this.release(block)
      block = following
    }
  }

  /** Copies `source[from..from + count)` into a block. */
  write(block: number, at: number, source: Uint8Array, from: number, count: number): void {
    const memory = this.memory[Math.floor(block / this.perSlab)]!
    const start = (block % this.perSlab) * BLOCK_BYTES + at
    for (let i = 0; i < count; i++) memory[start + i] = source[from + i]!
  }

  /** Copies a chain of `length` bytes to `target[at…)`. */
  copy(first: number, length: number, target: Uint8Array, at: number): void {
    let rest = length
    let to = at
    for (let block = first; rest > 0; block = this.next[block]!) {
      const memory = this.memory[Math.floor(block / this.perSlab)]!
      const start = (block % this.perSlab) * BLOCK_BYTES
      const count = Math.min(rest, BLOCK_BYTES)
      target.set(memory.subarray(start, start + count), to)
      to += count
      rest -= count
    }
  }

  private release(block: number): void {
    this.next[block] = this.firstFree
    this.firstFree = block
    this.free++
  }
}
