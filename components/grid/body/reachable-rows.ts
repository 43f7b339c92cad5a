import { keepCounted } from '../../../lib/query/counted-rows.ts'
import { hostRowOf } from '../../../lib/query/row-uuid.ts'
import type { LiveFleet } from '../../live/live-fleet.ts'

/**
 * Picks the rows that belong in a sum: those whose host is in reach, as the last values of the others are not now, and of
 * domains that two connections see one each.
 */
export class ReachableRows {
  rows = new Uint32Array(0)
  count = 0

  /** Fills `rows` with those of the given ones; they are valid until the next call. */
  pick({ domains, freshness }: LiveFleet, rows: Uint32Array, count: number): void {
    if (this.rows.length < count) this.rows = new Uint32Array(rows.length)
    this.count = 0
    for (let i = 0; i < count; i++) {
      const row = rows[i]!
      if (freshness[hostRowOf(domains, row)]?.state !== 'unreachable') this.rows[this.count++] = row
    }
    this.count = keepCounted(domains, this.rows, this.count)
  }
}
