import type { DomainTable } from '../columns/domain-table.ts'
import { growFloat64, growInt32 } from '../columns/grow.ts'

/** libvirt's id of a domain that does not run. */
export const NO_PROCESS = -1

/**
 * Since when it is known which process a row has, to tell records of before (RA14).
 *
 * @remarks The sample time cannot tell: it is a guess of when, between a call and its answer, the record was made.
 */
export class ProcessIds {
  private readonly table: DomainTable
  /** By row: when its process was learnt, so that calls sent since then tell of that one or a later one. */
  private learnedAt = new Float64Array(0)
  /** By row: id of the process before, -1 for none. */
  private formerId = new Int32Array(0)

  constructor(table: DomainTable) {
    this.table = table
  }

  grow(rows: number): void {
    this.learnedAt = growFloat64(this.learnedAt, rows)
    this.formerId = growInt32(this.formerId, rows, NO_PROCESS)
  }

  forget(row: number): void {
    this.learnedAt[row] = 0
    this.formerId[row] = NO_PROCESS
  }

  /** At `time` it is known that the row has another process from now on than `before`, or that there is such a row. */
  learnt(row: number, time: number, before: number): void {
    this.learnedAt[row] = Math.max(this.learnedAt[row]!, time)
    if (before !== NO_PROCESS) this.formerId[row] = before
  }

  /** Whether a record that names process `id` may speak of one before the row's: its call was sent before that was learnt. */
  isOfBefore(row: number, id: number, sentAt: number): boolean {
    if (sentAt >= this.learnedAt[row]!) return false
    return id !== this.table.domainId[row] || (id !== NO_PROCESS && id === this.formerId[row])
  }
}
