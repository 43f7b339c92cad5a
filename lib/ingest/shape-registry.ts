import type { DomainTable } from '../columns/domain-table.ts'
import { DomscopeError } from '../errors/domscope-error.ts'
import type { RecordScan } from './record-scan.ts'
import { Shape } from './shape.ts'

/** More key sequences in use at once than this mean a hostile or broken daemon; real estates have tens. */
const MAX_SHAPES = 65_536
/** From here on, shapes that no row uses any more are dropped before a new one is added. */
const SWEEP_FROM = 1024

/** All shapes that any host ever sent, interned by their constant words. */
export class ShapeRegistry {
  private readonly shapes: (Shape | null)[] = []
  private readonly users: number[] = []
  private readonly free: number[] = []
  private sweepAt: number
  private readonly maxShapes: number
  private readonly idsByHash = new Map<number, number[]>()
  private readonly table: DomainTable

  constructor(table: DomainTable, limits: { sweepFrom?: number; maxShapes?: number } = {}) {
    this.table = table
    this.sweepAt = limits.sweepFrom ?? SWEEP_FROM
    this.maxShapes = limits.maxShapes ?? MAX_SHAPES
  }

  /** Shapes that are kept now. */
  get count(): number {
    return this.shapes.length - this.free.length
  }

  /** A row has taken a shape; each call is matched by one of {@link release}. */
  retain(id: number): void {
    this.users[id]!++
  }

  release(id: number): void {
    this.users[id]!--
  }

  get(id: number): Shape {
    const shape = this.shapes[id]
    if (shape === undefined || shape === null)
      throw new DomscopeError('INTERNAL', `no shape ${id}`, { radius: 'process' })
    return shape
  }

  /**
   * Id of the shape of a scanned record, which is added if it is new.
   *
   * @throws DomscopeError `STATS_SHAPES` when there are too many.
   */
  intern(scan: RecordScan): number {
    const known = this.find(scan)
    if (known !== null) return known
    if (this.count >= this.sweepAt) this.sweep()
    if (this.count >= this.maxShapes) {
      throw new DomscopeError('STATS_SHAPES', `more than ${this.maxShapes} different sequences of field names`, {
        radius: 'reply',
        remedy: 'Check that this address is a libvirt daemon.',
      })
    }
    const id = this.free.pop() ?? this.shapes.length
    this.shapes[id] = new Shape(scan, this.table)
    this.users[id] = 0
    const list = this.idsByHash.get(scan.hash)
    if (list === undefined) this.idsByHash.set(scan.hash, [id])
    else list.push(id)
    return id
  }

  private find(scan: RecordScan): number | null {
    const list = this.idsByHash.get(scan.hash)
    if (list !== undefined) for (const id of list) if (scan.hasConstants(this.get(id).template)) return id
    return null
  }

  /** Drops the shapes that no row uses; the next sweep waits until as many again were added. */
  private sweep(): void {
    for (const [hash, ids] of this.idsByHash) {
      const kept = ids.filter((id) => this.users[id]! > 0)
      for (const id of ids) if (this.users[id] === 0) this.drop(id)
      if (kept.length === 0) this.idsByHash.delete(hash)
      else this.idsByHash.set(hash, kept)
    }
    this.sweepAt = Math.max(this.sweepAt, this.count * 2)
  }

  private drop(id: number): void {
    this.shapes[id] = null
    this.free.push(id)
  }
}
