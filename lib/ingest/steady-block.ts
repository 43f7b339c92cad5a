import type { DomainTable } from '../columns/domain-table.ts'
import type { GroupTimes } from '../columns/group-times.ts'
import type { LaneRows } from './lane-rows.ts'
import { ParamType } from './param-type.ts'
import type { SampleMoment } from './sample-moment.ts'
import type { Shape } from './shape.ts'
import type { ShapeRegistry } from './shape-registry.ts'

/** Records gathered before they are written. Their words, some hundred KiB, should still be in the cache then. */
const RECORDS = 128

/**
 * Records that repeat the shape of their row, gathered so that each column is written for many rows in one go.
 *
 * @remarks A record has some sixty cells in as many columns. Written record by record, nearly every cell is a line of
 * memory that the cache does not hold; written column by column, neighbouring rows share lines and the processor reads
 * ahead. Rows here have both samples of every cell, and all groups of the record move on, so only words change, no
 * validity bits.
 */
export class SteadyBlock {
  private readonly shapes: ShapeRegistry
  private readonly table: DomainTable
  private readonly moment: SampleMoment
  private count = 0
  private readonly rows = new Int32Array(RECORDS)
  private readonly shapeIds = new Int32Array(RECORDS)
  private readonly times = new Float64Array(RECORDS)
  private readonly doubts = new Float32Array(RECORDS)
  /** Records of one shape: their rows, when they were sampled, where their child slots and slabs lie in the pool, and the cells under way. */
  private readonly members = new Int32Array(RECORDS)
  private readonly memberTimes = new Float64Array(RECORDS)
  private readonly memberDoubts = new Float32Array(RECORDS)
  private readonly children = new Int32Array(RECORDS)
  private readonly slabs = new Int32Array(RECORDS)
  private readonly cells = new Int32Array(RECORDS)

  /** @param moment - When the record that comes next was sampled; all records between two flushes are of one reply. */
  constructor(shapes: ShapeRegistry, table: DomainTable, moment: SampleMoment) {
    this.shapes = shapes
    this.table = table
    this.moment = moment
  }

  get isFull(): boolean {
    return this.count === RECORDS
  }

  /** Takes a record whose values are in its row's slab already. */
  add(row: number, shapeId: number): void {
    this.rows[this.count] = row
    this.times[this.count] = this.moment.time
    this.doubts[this.count] = this.moment.doubtMs
    this.shapeIds[this.count++] = shapeId
  }

  /** Writes what was gathered, all in one lane. */
  flush(lane: LaneRows): void {
    for (let first = 0; first < this.count; first++) {
      const shapeId = this.shapeIds[first]!
      if (shapeId !== WRITTEN) this.write(this.shapes.get(shapeId), this.gather(shapeId, first), lane)
    }
    this.count = 0
  }

  /** Collects the rows of a shape, in the order of their records, and marks them as written. */
  private gather(shapeId: number, first: number): number {
    let found = 0
    for (let i = first; i < this.count; i++) {
      if (this.shapeIds[i] !== shapeId) continue
      this.memberTimes[found] = this.times[i]!
      this.memberDoubts[found] = this.doubts[i]!
      this.members[found++] = this.rows[i]!
      this.shapeIds[i] = WRITTEN
    }
    return found
  }

  private write(shape: Shape, count: number, lane: LaneRows): void {
    const { words: pool, view } = lane.pool
    for (let i = 0; i < count; i++) {
      this.children[i] = lane.childrenAt(this.members[i]!)
      this.slabs[i] = this.children[i]! + shape.children.length
    }
    const { times } = this.table
    for (let group = 0; group < times.length; group++) {
      if ((shape.groupMask & (1 << group)) !== 0) this.advance(times[group]!, count)
    }
    // Columns of one child mostly follow one another, so its cells are looked up once.
    let found = NO_CELLS
    for (let i = 0; i < shape.counterFields.length; i++) {
      found = this.findCells(shape.counterChild[i]!, found, count, pool)
      this.writeCounter(shape.slabAt[shape.counterFields[i]!]!, shape.counterColumns[i]!.words, count, view)
    }
    for (let i = 0; i < shape.gaugeFields.length; i++) {
      const field = shape.gaugeFields[i]!
      found = this.findCells(shape.gaugeChild[i]!, found, count, pool)
      this.writeGauge(shape.types[field]!, shape.slabAt[field]!, shape.gaugeColumns[i]!.values, count, view)
    }
  }

  /** Moves the sample times of a group on. */
  private advance({ previous, current, doubtMs }: GroupTimes, count: number): void {
    const { members, memberTimes, memberDoubts } = this
    const { jumped } = this.moment
    for (let i = 0; i < count; i++) {
      const row = members[i]!
      previous[row] = jumped ? -current[row]! : current[row]!
      current[row] = memberTimes[i]!
      doubtMs[row] = memberDoubts[i]!
    }
  }

  /** Brings the cell of each record in the columns of a child, of the domain itself for -1, into `cells`. */
  private findCells(child: number, found: number, count: number, pool: Uint32Array): number {
    const { members, cells, children } = this
    if (child === found) return child
    for (let i = 0; i < count; i++) cells[i] = child < 0 ? members[i]! : pool[children[i]! + child]!
    return child
  }

  private writeCounter(place: number, column: Uint32Array, count: number, pool: DataView): void {
    const { cells, slabs } = this
    for (let i = 0; i < count; i++) {
      const at = (slabs[i]! + place) * 4
      const cell = cells[i]! * 4
      column[cell + 2] = column[cell]!
      column[cell + 3] = column[cell + 1]!
      column[cell] = pool.getUint32(at)
      column[cell + 1] = pool.getUint32(at + 4)
    }
  }

  /** The values that `wireNumber` gives, with the choice of the type outside of the loops. */
  private writeGauge(type: number, place: number, column: Float64Array, count: number, pool: DataView): void {
    const { cells, slabs } = this
    switch (type) {
      case ParamType.Ullong:
        for (let i = 0; i < count; i++) {
          const at = (slabs[i]! + place) * 4
          column[cells[i]!] = pool.getUint32(at) * 4_294_967_296 + pool.getUint32(at + 4)
        }
        break
      case ParamType.Llong:
        for (let i = 0; i < count; i++) {
          const at = (slabs[i]! + place) * 4
          column[cells[i]!] = pool.getInt32(at) * 4_294_967_296 + pool.getUint32(at + 4)
        }
        break
      case ParamType.Int:
        for (let i = 0; i < count; i++) column[cells[i]!] = pool.getInt32((slabs[i]! + place) * 4)
        break
      default:
        for (let i = 0; i < count; i++) column[cells[i]!] = pool.getUint32((slabs[i]! + place) * 4)
    }
  }
}

const WRITTEN = -1
const NO_CELLS = -2
