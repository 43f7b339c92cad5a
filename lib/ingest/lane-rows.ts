import { growInt32, growUint8 } from '../columns/grow.ts'
import { WordPool } from '../columns/word-pool.ts'
import type { Shape } from './shape.ts'

/** Shape id of a row that has no record in a lane. */
export const NO_SHAPE = -1

/**
 * What each row keeps for one lane: the shape of its last complete record and a blob of that shape.
 *
 * @remarks A lane is a poll with a fixed set of stat groups, so a row's records within it repeat key for key. A blob
 * is laid out as strings (as they came), child slots, slab.
 */
export class LaneRows {
  /** One pool for all rows of the lane. */
  readonly pool = new WordPool()
  shapeOf = new Int32Array(0)
  blobAt = new Int32Array(0)
  stringWords = new Int32Array(0)
  /** Consecutive complete records of this shape, up to 2: from then on validity bits need no care. */
  steady = new Uint8Array(0)
  /** Number of the reply that named the row last. */
  seenIn = new Int32Array(0)

  grow(rows: number): void {
    this.shapeOf = growInt32(this.shapeOf, rows, NO_SHAPE)
    this.blobAt = growInt32(this.blobAt, rows, 0)
    this.stringWords = growInt32(this.stringWords, rows, 0)
    this.steady = growUint8(this.steady, rows)
    this.seenIn = growInt32(this.seenIn, rows, 0)
  }

  /** Word position of a row's child slots in the pool. */
  childrenAt(row: number): number {
    return this.blobAt[row]! + this.stringWords[row]!
  }

  /** Word position of a row's slab in the pool. */
  slabAt(row: number, shape: Shape): number {
    return this.childrenAt(row) + shape.children.length
  }

  /** Gives a row a blob for a shape; the one it had must have been released. Content is arbitrary. */
  assign(row: number, shapeId: number, shape: Shape, stringWords: number): void {
    this.shapeOf[row] = shapeId
    this.stringWords[row] = stringWords
    this.blobAt[row] = this.pool.alloc(stringWords + shape.children.length + shape.slabWords)
    this.steady[row] = 0
  }

  /** Gives a row's blob back. */
  release(row: number, shape: Shape): void {
    this.pool.free(this.blobAt[row]!, this.stringWords[row]! + shape.children.length + shape.slabWords)
    this.shapeOf[row] = NO_SHAPE
    this.blobAt[row] = 0
    this.stringWords[row] = 0
    this.steady[row] = 0
  }
}
