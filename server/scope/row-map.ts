import { growInt32 } from '../../lib/columns/grow.ts'

/** Stands for no row. */
export const UNMAPPED = -1

/** Which row of a table of our own stands for which row of another, both ways. */
export class RowMap {
  /** By row of the other table. */
  toOwn: Int32Array<ArrayBuffer> = new Int32Array(0)
  /** By own row. */
  toParent: Int32Array<ArrayBuffer> = new Int32Array(0)

  own(parent: number): number {
    return this.toOwn[parent] ?? UNMAPPED
  }

  parent(own: number): number {
    return this.toParent[own] ?? UNMAPPED
  }

  set(own: number, parent: number): void {
    this.toOwn = growInt32(this.toOwn, roomFor(parent), UNMAPPED)
    this.toParent = growInt32(this.toParent, roomFor(own), UNMAPPED)
    this.toOwn[parent] = own
    this.toParent[own] = parent
  }

  /** Forgets an own row. */
  clear(own: number): void {
    const parent = this.parent(own)
    if (parent === UNMAPPED) return
    this.toParent[own] = UNMAPPED
    this.toOwn[parent] = UNMAPPED
  }
}

function roomFor(row: number): number {
  return Math.max(64, 2 ** Math.ceil(Math.log2(row + 1)))
}
