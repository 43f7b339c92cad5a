import { NO_CHILD } from '../columns/child-table.ts'
import { type DomainTable, PARTIAL_MASK } from '../columns/domain-table.ts'
import { StatGroup } from '../metrics/types.ts'
import { type LaneRows, NO_SHAPE } from './lane-rows.ts'
import { isWithoutThreads, noteThreads } from './one-thread.ts'
import { wireNumber } from './param-type.ts'
import type { RecordScan } from './record-scan.ts'
import { textAt } from './record-scan.ts'
import type { SampleMoment } from './sample-moment.ts'
import { childTable, type Shape, type ShapeChild } from './shape.ts'
import type { ShapeRegistry } from './shape-registry.ts'
import { swap32 } from './swap.ts'

const { Cpu, Balloon, Vcpu, Interface, Block } = StatGroup
const bit = (group: StatGroup): number => 1 << group
const GROUP_OF_ENTITY = { vcpu: Vcpu, disk: Block, nic: Interface } as const
type ChildEntity = ShapeChild['entity']

/** Children of a record, found or still to be added. */
interface Resolved {
  /** Slots by the shape's child index; -1 for a child that no slot knows yet. */
  readonly slots: Int32Array
  readonly names: readonly string[]
}

/**
 * Takes in records that do not repeat the row's last one: first records, hot-plug, partial records.
 *
 * @remarks May allocate: this happens once per change, not per poll, except for guests that stay partial.
 */
export class Transition {
  private readonly table: DomainTable
  private readonly shapes: ShapeRegistry
  private readonly moment: SampleMoment
  /** Rows whose last interface record left out a NIC: the second such record in a row is believed. */
  private readonly nicMissing = new Set<number>()

  constructor(table: DomainTable, shapes: ShapeRegistry, moment: SampleMoment) {
    this.table = table
    this.shapes = shapes
    this.moment = moment
  }

  /** Forgets what is remembered about a row's process. */
  forget(row: number): void {
    this.nicMissing.delete(row)
  }

  /**
   * Brings a row to a record: children by identity, columns by name.
   *
   * @returns Mask of the groups that the record holds in full. Groups that are partial keep their counters, sample
   * times and children as they were, and the row's partial flags say so. Of the others, those whose time is in doubt keep
   * their counters, as the moment was asked to judge.
   */
  apply(lane: LaneRows, row: number, shapeId: number, scan: RecordScan, words: Uint32Array): number {
    const shape = this.shapes.get(shapeId)
    const resolved = this.resolve(shape, row, scan, words)
    noteThreads(this.table, shape, row)
    const partial = this.partialGroups(lane, shape, row, resolved, scan, words)
    const complete = shape.groupMask & ~partial
    this.moment.judge(this.table.times, row, complete)
    const oldId = lane.shapeOf[row]!
    if (partial !== 0 && oldId !== NO_SHAPE && !this.childrenChange(shape, row, resolved, complete)) {
      this.keepShape(lane, row, shape, resolved, scan, words)
    } else {
      this.adopt(lane, row, shapeId, resolved, scan, words, complete)
    }
    const touched = shape.groupMask | partial
    this.table.flags[row] = (this.table.flags[row]! & ~touched) | partial
    return complete
  }

  /** Groups of which the record leaves out something that the row has, or that it says itself should be there. */
  private partialGroups(
    lane: LaneRows,
    shape: Shape,
    row: number,
    resolved: Resolved,
    scan: RecordScan,
    words: Uint32Array,
  ): number {
    if (this.table.domainId[row] === -1) return 0
    const { counters, gauges } = this.table.wire
    const oldId = lane.shapeOf[row]!
    const expected = shape.groupMask | (oldId === NO_SHAPE ? 0 : this.shapes.get(oldId).groupMask)
    const at = scan.valueAt
    const count = (field: number): number => (field < 0 ? -1 : wireNumber(scan.types[field]!, words, at[field]!))
    let partial = expected & ~shape.groupMask & PARTIAL_MASK
    if (expected & bit(Cpu) && shape.fieldOf('cpu.time') < 0 && counters['cpu.time'].valid.get(row)) partial |= bit(Cpu)
    if (expected & bit(Balloon) && shape.fieldOf('balloon.rss') < 0 && gauges['balloon.rss'].valid.get(row)) {
      partial |= bit(Balloon)
    }
    const vcpus = shape.vcpuCurrentField < 0 || isWithoutThreads(this.table, shape, row) ? -1 : shape.vcpuEntries
    if (vcpus >= 0 && count(shape.vcpuCurrentField) !== vcpus) partial |= bit(Vcpu)
    if (shape.blockCountField >= 0 && count(shape.blockCountField) !== shape.diskEntries) partial |= bit(Block)
    if (this.lostCounters(shape, 'disk', resolved)) partial |= bit(Block)
    if (this.lostCounters(shape, 'nic', resolved)) partial |= bit(Interface)
    if (expected & bit(Interface) && this.lostNic(shape, row, resolved)) partial |= bit(Interface)
    return partial
  }

  /** A child that had counters comes with its name only: QEMU or the tap did not answer. */
  private lostCounters(shape: Shape, entity: 'disk' | 'nic', resolved: Resolved): boolean {
    const column = entity === 'disk' ? this.table.disks.wire.counters['block.*.rd.reqs'] : null
    const nic = this.table.nics.wire.counters['net.*.rx.bytes']
    return shape.children.some((child, index) => {
      const slot = resolved.slots[index]!
      return child.entity === entity && !child.hasCounters && slot >= 0 && (column ?? nic).valid.get(slot)
    })
  }

  /** A NIC is gone only when two records in a row say so: the first may be a partial one. */
  private lostNic(shape: Shape, row: number, resolved: Resolved): boolean {
    let missing = false
    for (let slot = this.table.nics.first[row]!; slot !== NO_CHILD; slot = this.table.nics.next[slot]!) {
      if (!shape.children.some((child, index) => child.entity === 'nic' && resolved.slots[index] === slot))
        missing = true
    }
    if (!missing || this.nicMissing.has(row)) {
      this.nicMissing.delete(row)
      return false
    }
    this.nicMissing.add(row)
    return true
  }

  /** Finds the slots of a record's children by identity. */
  private resolve(shape: Shape, row: number, scan: RecordScan, words: Uint32Array): Resolved {
    const slots = new Int32Array(shape.children.length)
    const names = shape.children.map((child) =>
      child.entity === 'vcpu'
        ? ''
        : child.nameField < 0
          ? `#${child.ordinal}`
          : textAt(words, scan.valueAt[child.nameField]!),
    )
    const bySlot = { vcpu: this.known(row, 'vcpu'), disk: this.known(row, 'disk'), nic: this.known(row, 'nic') }
    shape.children.forEach((child, index) => {
      const key = child.entity === 'vcpu' ? String(child.ordinal) : names[index]!
      slots[index] = bySlot[child.entity].get(key) ?? -1
      // Two entries of one name would share a slot and mix their counters: the second one gets its own.
      bySlot[child.entity].delete(key)
    })
    return { slots, names }
  }

  private known(row: number, entity: ChildEntity): Map<string, number> {
    const children = childTable(this.table, entity)
    const known = new Map<string, number>()
    for (let slot = children.first[row]!; slot !== NO_CHILD; slot = children.next[slot]!) {
      const key = entity === 'vcpu' ? String(children.ordinal[slot]) : children.names[slot]!
      if (!known.has(key)) known.set(key, slot)
    }
    return known
  }

  /** Whether the children of the complete groups differ from those that the row has. */
  private childrenChange(shape: Shape, row: number, resolved: Resolved, complete: number): boolean {
    const added = shape.children.some(
      (child, index) => (complete & bit(GROUP_OF_ENTITY[child.entity])) !== 0 && resolved.slots[index]! < 0,
    )
    return added || this.surplus(shape, row, resolved, complete).length > 0
  }

  /** Children of complete groups that the record does not name any more. */
  private surplus(shape: Shape, row: number, resolved: Resolved, complete: number): [ChildEntity, number][] {
    const gone: [ChildEntity, number][] = []
    for (const entity of ['vcpu', 'disk', 'nic'] as const) {
      if ((complete & bit(GROUP_OF_ENTITY[entity])) === 0) continue
      const named = new Set<number>()
      shape.children.forEach((child, index) => {
        if (child.entity === entity) named.add(resolved.slots[index]!)
      })
      const children = childTable(this.table, entity)
      for (let slot = children.first[row]!; slot !== NO_CHILD; slot = children.next[slot]!) {
        if (!named.has(slot)) gone.push([entity, slot])
      }
    }
    return gone
  }

  /** The record's shape becomes the row's: new blob, children added and removed, vanished fields unknown. */
  private adopt(
    lane: LaneRows,
    row: number,
    shapeId: number,
    resolved: Resolved,
    scan: RecordScan,
    words: Uint32Array,
    complete: number,
  ): void {
    const shape = this.shapes.get(shapeId)
    for (const [entity, slot] of this.surplus(shape, row, resolved, complete)) {
      childTable(this.table, entity).remove(slot)
    }
    shape.children.forEach((child, index) => {
      const children = childTable(this.table, child.entity)
      if (resolved.slots[index]! < 0) resolved.slots[index] = children.add(row, child.ordinal, resolved.names[index]!)
      else children.ordinal[resolved.slots[index]!] = child.ordinal
    })
    this.shapes.retain(shapeId)
    const oldId = lane.shapeOf[row]!
    if (oldId !== NO_SHAPE) {
      this.clearVanished(lane, this.shapes.get(oldId), row, shape, resolved, complete)
      lane.release(row, this.shapes.get(oldId))
      this.shapes.release(oldId)
    }
    fillBlob(lane, row, shapeId, shape, resolved, scan, words)
    this.writeColumns(shape, lane, row, words, scan.valueAt)
  }

  /** Fields that the old shape had and the new one has not are unknown from now on, in complete groups. */
  private clearVanished(
    lane: LaneRows,
    old: Shape,
    row: number,
    shape: Shape,
    resolved: Resolved,
    complete: number,
  ): void {
    const kept = new Map<object, Set<number>>()
    const keep = (column: object, child: number): void => {
      const slots = kept.get(column) ?? new Set<number>()
      kept.set(column, slots.add(child < 0 ? row : resolved.slots[child]!))
    }
    shape.counterColumns.forEach((column, i) => void keep(column, shape.counterChild[i]!))
    shape.gaugeColumns.forEach((column, i) => void keep(column, shape.gaugeChild[i]!))
    const oldChildren = lane.childrenAt(row)
    const clear = (column: { clear(row: number): void }, child: number, field: number): void => {
      if ((complete & (1 << old.groups[field]!)) === 0) return
      const slot = child < 0 ? row : lane.pool.words[oldChildren + child]!
      if (child >= 0 && childTable(this.table, old.children[child]!.entity).parent[slot] !== row) return
      if (kept.get(column)?.has(slot) !== true) column.clear(slot)
    }
    old.counterColumns.forEach((column, i) => void clear(column, old.counterChild[i]!, old.counterFields[i]!))
    old.gaugeColumns.forEach((column, i) => void clear(column, old.gaugeChild[i]!, old.gaugeFields[i]!))
  }

  /** A partial record: the row keeps its shape and what it knew; what the record does hold is written. */
  private keepShape(
    lane: LaneRows,
    row: number,
    shape: Shape,
    resolved: Resolved,
    scan: RecordScan,
    words: Uint32Array,
  ): void {
    const old = this.shapes.get(lane.shapeOf[row]!)
    const pool = lane.pool.words
    const slab = lane.slabAt(row, old)
    for (let field = 0; field < shape.names.length; field++) {
      const place = old.fieldOf(shape.names[field]!)
      if (place < 0 || old.types[place] !== shape.types[field] || old.slabAt[place]! < 0) continue
      const at = scan.valueAt[field]!
      for (let i = 0; i < shape.valueWords[field]!; i++) pool[slab + old.slabAt[place]! + i] = words[at + i]!
    }
    this.pushCounters(shape, row, resolved.slots, 0, words, scan.valueAt)
    this.setGauges(shape, row, resolved.slots, 0, words, scan.valueAt)
    lane.steady[row] = 0
  }

  /** Writes a record's values with care for validity bits; counters only of the groups that the moment judged to take them. */
  writeColumns(shape: Shape, lane: LaneRows, row: number, words: Uint32Array, valueAt: Int32Array): void {
    const children = lane.childrenAt(row)
    this.pushCounters(shape, row, lane.pool.words, children, words, valueAt)
    this.setGauges(shape, row, lane.pool.words, children, words, valueAt)
  }

  private pushCounters(
    shape: Shape,
    row: number,
    slots: Int32Array | Uint32Array,
    slotsAt: number,
    words: Uint32Array,
    valueAt: Int32Array,
  ): void {
    const { moves, replaces } = this.moment
    for (let i = 0; i < shape.counterFields.length; i++) {
      const field = shape.counterFields[i]!
      const group = 1 << shape.groups[field]!
      if (((moves | replaces) & group) === 0) continue
      const child = shape.counterChild[i]!
      const cell = child < 0 ? row : slots[slotsAt + child]!
      const at = valueAt[field]!
      const column = shape.counterColumns[i]!
      if ((moves & group) !== 0) column.push(cell, swap32(words[at]!), swap32(words[at + 1]!))
      else column.replace(cell, swap32(words[at]!), swap32(words[at + 1]!))
    }
  }

  private setGauges(
    shape: Shape,
    row: number,
    slots: Int32Array | Uint32Array,
    slotsAt: number,
    words: Uint32Array,
    valueAt: Int32Array,
  ): void {
    for (let i = 0; i < shape.gaugeFields.length; i++) {
      const field = shape.gaugeFields[i]!
      const child = shape.gaugeChild[i]!
      // A child of a partial group that no slot knows has no place yet.
      const cell = child < 0 ? row : slots[slotsAt + child]! | 0
      if (cell >= 0) shape.gaugeColumns[i]!.set(cell, wireNumber(shape.types[field]!, words, valueAt[field]!))
    }
  }
}

function fillBlob(
  lane: LaneRows,
  row: number,
  shapeId: number,
  shape: Shape,
  resolved: Resolved,
  scan: RecordScan,
  words: Uint32Array,
): void {
  let stringWords = 0
  for (let field = 0; field < scan.count; field++) if (shape.valueWords[field] === 0) stringWords += scan.sizeOf(field)
  lane.assign(row, shapeId, shape, stringWords)
  const pool = lane.pool.words
  let strings = lane.blobAt[row]!
  let slab = lane.slabAt(row, shape)
  pool.set(resolved.slots, lane.childrenAt(row))
  for (let field = 0; field < scan.count; field++) {
    const size = scan.sizeOf(field)
    const at = scan.valueAt[field]!
    if (shape.valueWords[field] === 0) {
      pool.set(words.subarray(at, at + size), strings)
      strings += size
    } else {
      for (let i = 0; i < size; i++) pool[slab++] = words[at + i]!
    }
  }
}
