import type { FeedClock } from '../live/feed-clock.ts'

/** One line at most in this time: a screen reader must not be talked over. */
const QUIET_MS = 5000

/** Lets a line through that may change at any rate: at most one in {@link QUIET_MS}, always the newest. */
export class Announcer {
  private readonly clock: FeedClock
  private readonly show: (line: string) => void
  private newest = ''
  private said = ''
  private cancel: (() => void) | null = null

  constructor(clock: FeedClock, show: (line: string) => void) {
    this.clock = clock
    this.show = show
  }

  say(line: string): void {
    this.newest = line
    // The wait under way is not started over: a line that changes all the time would never be said.
    if (this.cancel !== null || line === this.said) return
    this.cancel = this.clock.after(QUIET_MS, () => {
      this.cancel = null
      if (this.newest === this.said) return
      this.said = this.newest
      this.show(this.said)
    })
  }

  /** Drops what was not said yet. */
  stop(): void {
    this.cancel?.()
    this.cancel = null
  }
}
