import type { LaneRows } from './lane-rows.ts'
import { wireNumber } from './param-type.ts'
import type { Shape } from './shape.ts'
import type { ShapeRegistry } from './shape-registry.ts'
import { swap32 } from './swap.ts'

/** Records gathered before they are written. Their words, some hundred KiB, should still be in the cache then. */
const RECORDS = 128

/**
 * Records that repeat the shape of their row, gathered so that each column is written for many rows in one go.
 *
 * @remarks A record has some sixty cells in as many columns. Written record by record, nearly every cell is a line of
 * memory that the cache does not hold; written column by column, neighbouring rows share lines and the processor reads
 * ahead. Rows here have both samples of every cell, so only words change, no validity bits.
 */
export class SteadyBlock {
  private readonly shapes: ShapeRegistry
  private count = 0
  private readonly rows = new Int32Array(RECORDS)
  private readonly shapeIds = new Int32Array(RECORDS)
  /** Where the segments of each record start: `segmentsAt[i]` is the place of those of record `i`. */
  private starts = new Int32Array(RECORDS * 8)
  private readonly startsAt = new Int32Array(RECORDS)
  private startsUsed = 0
  /** Records of one shape: their places in the arrays above, their first child slots, and the cells under way. */
  private readonly members = new Int32Array(RECORDS)
  private readonly childrenAt = new Int32Array(RECORDS)
  private readonly cells = new Int32Array(RECORDS)

  constructor(shapes: ShapeRegistry) {
    this.shapes = shapes
  }

  get isFull(): boolean {
    return this.count === RECORDS
  }

  /** Takes a record that was found to have its row's shape; `starts` are those of its segments. */
  add(row: number, shapeId: number, starts: Int32Array, segments: number): void {
    if (this.startsUsed + segments > this.starts.length) {
      const larger = new Int32Array((this.startsUsed + segments) * 2)
      larger.set(this.starts)
      this.starts = larger
    }
    this.rows[this.count] = row
    this.shapeIds[this.count] = shapeId
    this.startsAt[this.count++] = this.startsUsed
    for (let i = 0; i < segments; i++) this.starts[this.startsUsed++] = starts[i]!
  }

  /** Writes what was gathered, all from one reply and in one lane. */
  flush(lane: LaneRows, words: Uint32Array): void {
    for (let first = 0; first < this.count; first++) {
      const shapeId = this.shapeIds[first]!
      if (shapeId === WRITTEN) continue
      const members = this.gather(shapeId, first)
      this.write(this.shapes.get(shapeId), members, lane, words)
    }
    this.count = 0
    this.startsUsed = 0
  }

  /** Collects the records of a shape, in their order, and marks them as written. */
  private gather(shapeId: number, first: number): number {
    let found = 0
    for (let i = first; i < this.count; i++) {
      if (this.shapeIds[i] !== shapeId) continue
      this.members[found++] = i
      this.shapeIds[i] = WRITTEN
    }
    return found
  }

  private write(shape: Shape, count: number, lane: LaneRows, words: Uint32Array): void {
    for (let i = 0; i < count; i++) this.childrenAt[i] = lane.childrenAt(this.rows[this.members[i]!]!)
    // Columns of one child mostly follow one another, so its cells are looked up once.
    let found = NO_CELLS
    for (let i = 0; i < shape.counterFields.length; i++) {
      found = this.findCells(shape.counterChild[i]!, found, count, lane.pool.words)
      this.writeCounter(shape, shape.counterFields[i]!, shape.counterColumns[i]!.words, count, words)
    }
    for (let i = 0; i < shape.gaugeFields.length; i++) {
      found = this.findCells(shape.gaugeChild[i]!, found, count, lane.pool.words)
      this.writeGauge(shape, shape.gaugeFields[i]!, shape.gaugeColumns[i]!.values, count, words)
    }
  }

  /** Brings the cell of each record in the columns of a child, of the domain itself for -1, into `cells`. */
  private findCells(child: number, found: number, count: number, pool: Uint32Array): number {
    const { members, rows, cells, childrenAt } = this
    if (child === found) return child
    for (let i = 0; i < count; i++) cells[i] = child < 0 ? rows[members[i]!]! : pool[childrenAt[i]! + child]!
    return child
  }

  private writeCounter(shape: Shape, field: number, column: Uint32Array, count: number, words: Uint32Array): void {
    const { members, cells, starts, startsAt } = this
    const segment = shape.layout.fieldSegment[field]!
    const place = shape.layout.fieldAt[field]!
    for (let i = 0; i < count; i++) {
      const at = starts[startsAt[members[i]!]! + segment]! + place
      const cell = cells[i]! << 2
      column[cell + 2] = column[cell]!
      column[cell + 3] = column[cell + 1]!
      column[cell] = swap32(words[at]!)
      column[cell + 1] = swap32(words[at + 1]!)
    }
  }

  private writeGauge(shape: Shape, field: number, column: Float64Array, count: number, words: Uint32Array): void {
    const { members, cells, starts, startsAt } = this
    const segment = shape.layout.fieldSegment[field]!
    const place = shape.layout.fieldAt[field]!
    const type = shape.types[field]!
    for (let i = 0; i < count; i++) {
      column[cells[i]!] = wireNumber(type, words, starts[startsAt[members[i]!]! + segment]! + place)
    }
  }
}

const WRITTEN = -1
const NO_CELLS = -2
