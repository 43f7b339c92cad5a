import type { LiveFleet } from '../../live/live-fleet.ts'
import type { RowMark } from './row-identity.ts'
import { findRows, isMarked, MISSING_MS, markRow } from './row-identity.ts'

/** The row with the cursor: a domain, wherever the server keeps it. */
export class Cursor {
  /** Domain row, -1 for none. */
  row = -1
  private mark: RowMark | null = null
  private missingSince = 0

  set(row: number, fleet: LiveFleet): void {
    this.row = row
    this.mark = row < 0 ? null : markRow(fleet, row)
  }

  /**
   * Finds the domain again when its row number went to another, as after a restart of the server. There is no cursor
   * while it is missing.
   */
  follow(fleet: LiveFleet, now: number): void {
    const { mark } = this
    if (mark === null || (this.row >= 0 && isMarked(fleet, this.row, mark))) return
    if (this.row >= 0) this.missingSince = now
    const found = findRows(fleet, new Set([mark.identity])).get(mark.identity)
    if (found !== undefined) this.set(found, fleet)
    else if (now - this.missingSince > MISSING_MS) this.set(-1, fleet)
    else this.row = -1
  }
}
