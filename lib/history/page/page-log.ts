import type { SlabPool } from '../slab-pool.ts'
import { NO_PAGE, pageLength } from './page.ts'

interface Slab {
  readonly bytes: Uint8Array<ArrayBuffer>
  used: number
  /** When its first page was sealed. */
  readonly since: number
}

/**
 * Sealed pages of one tier, in the order in which they were sealed, in slabs of which the oldest goes first.
 *
 * @remarks A page's position is a number that only goes up, and never means another page: what is older than the oldest
 * slab is gone. So there is no index to keep; each page knows the position of the one before it.
 */
export class PageLog {
  private readonly pool: SlabPool
  private readonly slabs: Slab[] = []
  /** Number of the oldest slab since the start. */
  private first = 0
  /** Pages are there that were sealed at this time or later; -Infinity when none was ever dropped. */
  completeSince = Number.NEGATIVE_INFINITY

  constructor(pool: SlabPool) {
    this.pool = pool
  }

  /** When the oldest page that is there was sealed; Infinity when there is none. */
  get oldest(): number {
    return this.slabs[0]?.since ?? Number.POSITIVE_INFINITY
  }

  /** When the first page behind the oldest slab was sealed; Infinity when there is none. */
  get secondOldest(): number {
    return this.slabs[1]?.since ?? Number.POSITIVE_INFINITY
  }

  /** Slabs in use. */
  get size(): number {
    return this.slabs.length
  }

  /** Whether a page of so many bytes needs another slab. */
  needsSlab(length: number): boolean {
    const newest = this.slabs.at(-1)
    return newest === undefined || newest.used + length > this.pool.slabBytes
  }

  /** Appends a page, at most as long as a slab, and returns its position. */
  append(page: Uint8Array, now: number): number {
    if (this.needsSlab(page.length)) this.slabs.push({ bytes: this.pool.take(), used: 0, since: now })
    const slab = this.slabs.at(-1)!
    slab.bytes.set(page, slab.used)
    const position = (this.first + this.slabs.length - 1) * this.pool.slabBytes + slab.used
    slab.used += page.length
    return position
  }

  /** Whether the page at a position is still there. */
  has(position: number): boolean {
    return position >= this.first * this.pool.slabBytes
  }

  /** The page at a position, until the next call that changes the log; null when it is gone or broken. */
  page(position: number): Uint8Array | null {
    if (position === NO_PAGE || !this.has(position)) return null
    const slab = this.slabs[Math.floor(position / this.pool.slabBytes) - this.first]
    if (slab === undefined) return null
    const at = position % this.pool.slabBytes
    const length = pageLength(slab.bytes, at)
    return length === 0 ? null : slab.bytes.subarray(at, at + length)
  }

  /** Gives the oldest slab back, with all of its pages. False when only the one being filled is left. */
  dropOldest(): boolean {
    if (this.slabs.length < 2) return false
    this.pool.give(this.slabs.shift()!.bytes)
    this.first++
    this.completeSince = this.slabs[0]!.since
    return true
  }
}
