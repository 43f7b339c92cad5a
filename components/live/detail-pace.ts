import type { FeedClock } from './feed-clock.ts'

/** Half of what the server takes: the other half is for everything else that a page says. */
const PER_SECOND = 10
const BURST = 20

/** Sends messages no faster than the server takes them; what waits is asked for anew when its turn comes. */
export class DetailPace {
  private readonly clock: FeedClock
  /** Sends one message; false when there is nothing to send. */
  private readonly sendNext: () => boolean
  private tokens = BURST
  private filledAt: number
  private cancel: (() => void) | null = null

  constructor(clock: FeedClock, sendNext: () => boolean) {
    this.clock = clock
    this.sendNext = sendNext
    this.filledAt = clock.now()
  }

  /** Something is to be sent. */
  wake(): void {
    if (this.cancel !== null) return
    const now = this.clock.now()
    this.tokens = Math.min(BURST, this.tokens + ((now - this.filledAt) * PER_SECOND) / 1000)
    this.filledAt = now
    while (this.tokens >= 1) {
      if (!this.sendNext()) return
      this.tokens--
    }
    this.cancel = this.clock.after(Math.ceil(((1 - this.tokens) * 1000) / PER_SECOND), () => {
      this.cancel = null
      this.wake()
    })
  }

  /** Forgets what waits. */
  stop(): void {
    this.cancel?.()
    this.cancel = null
  }
}
