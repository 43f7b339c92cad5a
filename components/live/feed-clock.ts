/** Time as a feed sees it. Tests give their own. */
export interface FeedClock {
  /** Monotonic ms. */
  now(): number
  /** Calls back once after `ms`; returns the undo. */
  after(ms: number, callback: () => void): () => void
}

export const browserClock: FeedClock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}
