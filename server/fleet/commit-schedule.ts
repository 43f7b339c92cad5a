import type { Clock } from '../clock.ts'

/** Longest time from an ingested reply or event to the commit that shows it, ms. */
const MAX_DELAY_MS = 50
/** Commits are at least this far apart: 10 a second at most. */
const MIN_GAP_MS = 100
/** A commit happens at least this often, changed or not: silence and quiet must differ. */
const HEARTBEAT_MS = 1000

/**
 * Decides when to commit.
 *
 * @remarks The first change after a quiet time is committed {@link MAX_DELAY_MS} later, so that replies of hosts that
 * answer together share a commit; under steady load commits keep their distance.
 */
export class CommitSchedule {
  private readonly clock: Clock
  private readonly commit: () => void
  private cancel: (() => void) | null = null
  private dueAt = Number.POSITIVE_INFINITY
  private lastAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, commit: () => void) {
    this.clock = clock
    this.commit = commit
    this.arm(clock.now() + HEARTBEAT_MS)
  }

  /** Something changed. */
  request(): void {
    const now = this.clock.now()
    this.arm(Math.max(now + MAX_DELAY_MS, this.lastAt + MIN_GAP_MS))
  }

  close(): void {
    this.cancel?.()
    this.cancel = null
    this.dueAt = Number.NEGATIVE_INFINITY
  }

  private arm(at: number): void {
    if (at >= this.dueAt) return
    this.cancel?.()
    this.dueAt = at
    this.cancel = this.clock.after(Math.max(0, at - this.clock.now()), () => this.run())
  }

  private run(): void {
    this.lastAt = this.clock.now()
    this.dueAt = Number.POSITIVE_INFINITY
    this.cancel = null
    this.arm(this.lastAt + HEARTBEAT_MS)
    this.commit()
  }
}
