/** Time as the server sees it. Tests give their own. */
export interface Clock {
  /** Monotonic milliseconds with fractions; for ages, rates and deadlines. */
  now(): number
  /** Milliseconds since 1970; a label only, never part of a difference. */
  wall(): number
  /** Calls back once after `ms`; returns the undo. */
  after(ms: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}
