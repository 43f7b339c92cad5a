import type { Clock } from '../clock.ts'

/** Tries within a minute, of one account from one address. */
const TRIES = 5
const WINDOW_MS = 60_000
const LONGEST_WAIT_MS = 3_600_000
/** Who was told to wait and came back after so long starts anew. */
const FORGET_MS = 4 * LONGEST_WAIT_MS
/** Made-up names fill this; then the one that was not tried for longest is forgotten. */
const MAX_KEYS = 10_000

interface Tried {
  times: number[]
  /** How often it had to wait. */
  waits: number
  until: number
}

/** Makes guessing slow: five tries a minute, then a minute of waiting, and twice as long each time it comes to that. */
export class LoginLimiter {
  private readonly clock: Clock
  private readonly tried = new Map<string, Tried>()

  constructor(clock: Clock) {
    this.clock = clock
  }

  /**
   * Counts a try, before it is known how it ends: tries at the same time must not all pass.
   *
   * @returns How long to wait, in ms; 0 when it may be made.
   */
  take(key: string): number {
    const now = this.clock.now()
    const tried = this.recall(key, now)
    if (now < tried.until) return tried.until - now
    tried.times = tried.times.filter((time) => now - time < WINDOW_MS)
    if (tried.times.length < TRIES) {
      tried.times.push(now)
      return 0
    }
    const waitMs = Math.min(LONGEST_WAIT_MS, WINDOW_MS * 2 ** tried.waits)
    tried.waits++
    tried.times = []
    tried.until = now + waitMs
    return waitMs
  }

  /** The try succeeded: what went before is forgiven. */
  clear(key: string): void {
    this.tried.delete(key)
  }

  private recall(key: string, now: number): Tried {
    const known = this.tried.get(key)
    const last = known === undefined ? 0 : Math.max(known.until, known.times.at(-1) ?? 0)
    const tried = known === undefined || now - last > FORGET_MS ? { times: [], waits: 0, until: 0 } : known
    // Last in the order of the map: the first is the one that was not tried for longest.
    this.tried.delete(key)
    if (this.tried.size >= MAX_KEYS) this.tried.delete(this.tried.keys().next().value!)
    this.tried.set(key, tried)
    return tried
  }
}
