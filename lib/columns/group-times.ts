import { growFloat32, growFloat64 } from './grow.ts'

/** What a sample does to the two that a group keeps of a row. */
export const Step = {
  /** It is in doubt: nothing moves, and the next good sample ends the longer interval. */
  Hold: 0,
  /** It becomes the newest, and the newest the one before. */
  Move: 1,
  /** It takes the place of the newest, whose time is known worse: the interval gets a better end. */
  Replace: 2,
} as const
export type Step = (typeof Step)[keyof typeof Step]

/** Doubt about the length of an interval that rates bear: this share of it. A rate is wrong by no more than that. */
export const DOUBT_SHARE = 0.25

/** Sample times of one stat group by domain row, in ms of the server's monotonic clock; 0 means no such sample. */
export class GroupTimes {
  current = new Float64Array(0)
  /** Negative: that was its time, but the clock jumped since, so that nobody knows how long ago it was. */
  previous = new Float64Array(0)
  /** How far `current` may be off, ms. */
  doubtMs = new Float32Array(0)

  grow(rows: number): void {
    this.current = growFloat64(this.current, rows)
    this.previous = growFloat64(this.previous, rows)
    this.doubtMs = growFloat32(this.doubtMs, rows)
  }

  clear(row: number): void {
    this.current[row] = 0
    this.previous[row] = 0
    this.doubtMs[row] = 0
  }

  /**
   * What a sample taken at `time`, give or take `doubtMs`, does to the row's (RA7).
   *
   * @remarks The newest sample is given up for a better one when that lets the next interval end sooner: a sample whose
   * doubt is d ends an interval that began at t with doubt b from t + (b + d) / `DOUBT_SHARE` on, so what counts is t + b /
   * `DOUBT_SHARE`.
   * @param maxGapMs - A longer interval is a gap: no rate is taken over it, so there is nothing to wait for.
   */
  stepOf(row: number, time: number, doubtMs: number, maxGapMs: number): Step {
    const newest = this.current[row]!
    const elapsed = time - newest
    if (newest === 0 || elapsed > maxGapMs) return Step.Move
    const bearable = elapsed * DOUBT_SHARE
    const before = this.doubtMs[row]!
    if (elapsed > 0 && before + doubtMs <= bearable) return Step.Move
    if (elapsed <= 0 || before - doubtMs <= bearable) return Step.Hold
    const start = this.previous[row]!
    const wouldLoseRate = start > 0 && newest - start <= maxGapMs && time - start > maxGapMs
    return wouldLoseRate ? Step.Hold : Step.Replace
  }

  /** Notes a sample that moves on or replaces. `jumped`: no interval may be taken over the time before it. */
  take(
    row: number,
    step: typeof Step.Move | typeof Step.Replace,
    time: number,
    doubtMs: number,
    jumped: boolean,
  ): void {
    if (step === Step.Move) this.previous[row] = jumped ? -this.current[row]! : this.current[row]!
    this.current[row] = time
    this.doubtMs[row] = doubtMs
  }
}
