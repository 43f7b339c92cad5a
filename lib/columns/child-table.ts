import type { WireEntity } from '../metrics/wire-fields.ts'
import { growInt32 } from './grow.ts'
import { WireColumns } from './wire-columns.ts'

/** End of a domain's list of children. */
export const NO_CHILD = -1

/**
 * Rows of vCPUs, disks or NICs, each under one domain row.
 *
 * @remarks Children are found by identity, never by position: a vCPU by its id, a disk and a NIC by its name within one
 * domain process. `first[domainRow]` and `next[child]` chain the children of a domain in the order in which they
 * came.
 */
export class ChildTable<E extends Exclude<WireEntity, 'domain'>> {
  readonly wire: WireColumns<E>
  /** Domain row of a child; -1 when the slot is free. */
  parent = new Int32Array(0)
  next = new Int32Array(0)
  /** vCPU id, or the ordinal last seen on the wire of a disk or NIC. */
  ordinal = new Int32Array(0)
  readonly names: string[] = []
  /** First child by domain row. */
  first = new Int32Array(0)
  count = 0
  private readonly free: number[] = []
  private used = 0

  constructor(entity: E) {
    this.wire = new WireColumns(entity)
  }

  /** Makes room for domain rows. */
  growParents(rows: number): void {
    this.first = growInt32(this.first, rows, NO_CHILD)
  }

  /** Adds a child at the end of a domain's list and returns its slot; every field of it is unknown. */
  add(domainRow: number, ordinal: number, name: string): number {
    const slot = this.free.pop() ?? this.used++
    if (slot >= this.parent.length) this.growSlots(Math.max(64, this.parent.length * 2, slot + 1))
    this.parent[slot] = domainRow
    this.ordinal[slot] = ordinal
    this.names[slot] = name
    this.next[slot] = NO_CHILD
    this.wire.clear(slot)
    this.link(domainRow, slot)
    this.count++
    return slot
  }

  private link(domainRow: number, slot: number): void {
    let at = this.first[domainRow]!
    if (at === NO_CHILD) {
      this.first[domainRow] = slot
      return
    }
    while (this.next[at] !== NO_CHILD) at = this.next[at]!
    this.next[at] = slot
  }

  /** Removes one child. */
  remove(slot: number): void {
    const domainRow = this.parent[slot]!
    if (this.first[domainRow] === slot) this.first[domainRow] = this.next[slot]!
    else {
      let at = this.first[domainRow]!
      while (this.next[at] !== slot) at = this.next[at]!
      this.next[at] = this.next[slot]!
    }
    this.release(slot)
  }

  /** Removes all children of a domain. */
  removeAll(domainRow: number): void {
    let slot = this.first[domainRow] ?? NO_CHILD
    while (slot !== NO_CHILD) {
      const next = this.next[slot]!
      this.release(slot)
      slot = next
    }
    if (domainRow < this.first.length) this.first[domainRow] = NO_CHILD
  }

  private release(slot: number): void {
    this.parent[slot] = -1
    this.names[slot] = ''
    this.free.push(slot)
    this.count--
  }

  private growSlots(capacity: number): void {
    this.parent = growInt32(this.parent, capacity, -1)
    this.next = growInt32(this.next, capacity, NO_CHILD)
    this.ordinal = growInt32(this.ordinal, capacity, 0)
    this.wire.grow(capacity)
  }
}
