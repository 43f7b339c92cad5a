import type { ClockReading } from './detail-decode.ts'

/**
 * Maps server time to a clock of this side.
 *
 * @remarks A frame arrives late, never early: the smallest difference between the clocks that was seen is the truest.
 * Two clocks drift apart by some ms an hour, so only the last minutes count.
 */
export class ServerTime {
  private best = Number.POSITIVE_INFINITY
  /** The smallest difference since `since`; takes the place of `best` in its time. */
  private next = Number.POSITIVE_INFINITY
  private since = Number.NEGATIVE_INFINITY
  /** Server wall clock minus server time, ms. */
  private wallMinusNow = 0

  /** Forgets everything: another server, or another life of it. */
  restart(): void {
    this.best = Number.POSITIVE_INFINITY
    this.next = Number.POSITIVE_INFINITY
    this.since = Number.NEGATIVE_INFINITY
  }

  get isKnown(): boolean {
    return Number.isFinite(this.best)
  }

  /** A frame with these readings arrived at `arrivedAt`. */
  note({ now, wall }: ClockReading, arrivedAt: number): void {
    const difference = arrivedAt - now
    this.wallMinusNow = wall - now
    this.next = Math.min(this.next, difference)
    this.best = Math.min(this.best, difference)
    if (arrivedAt - this.since < WINDOW_MS) return
    if (this.since !== Number.NEGATIVE_INFINITY) this.best = this.next
    this.next = difference
    this.since = arrivedAt
  }

  /** What is added to server time, as far as is known now. */
  get offsetMs(): number {
    return this.best
  }

  /** A moment of the server on the local clock. */
  toLocal(serverTime: number): number {
    return serverTime + this.best
  }

  /** Server wall clock minus local clock, ms. */
  get wallOffsetMs(): number {
    return this.wallMinusNow - this.best
  }
}

const WINDOW_MS = 300_000
