import type { SnapshotCursor } from '../../../lib/sync/grid/snapshot.ts'
import { SNAPSHOT_START } from '../../../lib/sync/grid/snapshot.ts'
import type { SnapshotReason } from '../../../lib/sync/wire/protocol.ts'
import type { ColumnSet } from './column-set.ts'
import type { FirstRows } from './first-rows.ts'
import { NO_FIRST_ROWS } from './first-rows.ts'
import type { FrameSource } from './frame-source.ts'

/** A snapshot on its way to one client: where it is, and nothing of its bytes. */
export class SnapshotRun {
  /** The columns of the client when it began; what is subscribed meanwhile comes whole after it. */
  private readonly set: ColumnSet
  /** Offset of the commit at which it began. */
  readonly start: number
  private readonly reason: SnapshotReason
  /** Rows that the client shows; none any more once they are sent. */
  private first: FirstRows
  private cursor: SnapshotCursor | null = SNAPSHOT_START
  private parts = 0

  constructor(set: ColumnSet, start: number, reason: SnapshotReason, first: FirstRows) {
    this.set = set
    this.start = start
    this.reason = reason
    this.first = first
  }

  get done(): boolean {
    return this.cursor === null
  }

  /** The next part; not to be called when done. */
  next(source: FrameSource): Buffer {
    const { frame, next } = source.part(this.set, this.cursor!, this.start, this.parts, this.reason, this.first)
    this.cursor = next
    // From here on the parts are the same for every view, and shared.
    if (next !== null && next.stage === 'rows' && next.table === this.set.tables.length - 1) this.first = NO_FIRST_ROWS
    this.parts++
    return frame
  }
}
