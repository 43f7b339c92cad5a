import type { SnapshotReason } from '../../lib/sync/protocol.ts'
import type { SnapshotCursor } from '../../lib/sync/snapshot.ts'
import { SNAPSHOT_START } from '../../lib/sync/snapshot.ts'
import type { ColumnSet } from './column-set.ts'
import type { FrameSource } from './frame-source.ts'

/** A snapshot on its way to one client: where it is, and nothing of its bytes. */
export class SnapshotRun {
  /** The columns of the client when it began; what is subscribed meanwhile comes whole after it. */
  private readonly set: ColumnSet
  /** Offset of the commit at which it began. */
  readonly start: number
  private readonly reason: SnapshotReason
  private cursor: SnapshotCursor | null = SNAPSHOT_START
  private parts = 0

  constructor(set: ColumnSet, start: number, reason: SnapshotReason) {
    this.set = set
    this.start = start
    this.reason = reason
  }

  get done(): boolean {
    return this.cursor === null
  }

  /** The next part; not to be called when done. */
  next(source: FrameSource): Buffer {
    const { frame, next } = source.part(this.set, this.cursor!, this.start, this.parts, this.reason)
    this.cursor = next
    this.parts++
    return frame
  }
}
