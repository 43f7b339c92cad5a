import type { Metric } from '../metrics/types.ts'
import type { AxisScale } from './nice-steps.ts'
import { niceScale } from './nice-steps.ts'

/** How long an axis stays higher than its values need, in ms. */
export const SHRINK_AFTER_MS = 30_000

/**
 * A value axis that does not jump: it grows at once, and shrinks when it was too high for {@link SHRINK_AFTER_MS}.
 *
 * @remarks Each change of the axis renders its labels and grid anew, which costs more than drawing all lines.
 */
export class HeldScale {
  private readonly metric: Pick<Metric, 'unit' | 'id'>
  private shown: AxisScale
  /** Since when less would do, and the greatest extent that was needed since. */
  private spareSince: number | null = null
  private greatest: AxisScale

  constructor(metric: Pick<Metric, 'unit' | 'id'>) {
    this.metric = metric
    this.shown = niceScale(0, 0, metric)
    this.greatest = this.shown
  }

  get scale(): AxisScale {
    return this.shown
  }

  /**
   * The axis for values from `low` to `high`; the same object as long as it holds.
   *
   * @param low - NaN, as `high`, when nothing is known: the axis stays.
   * @param now - Monotonic ms.
   */
  update(low: number, high: number, now: number): AxisScale {
    if (Number.isNaN(high)) return this.shown
    const needed = niceScale(low, high, this.metric)
    if (needed.top > this.shown.top || needed.bottom < this.shown.bottom) {
      return this.show(this.union(needed, this.shown))
    }
    if (needed.top === this.shown.top && needed.bottom === this.shown.bottom) {
      this.spareSince = null
      return this.shown
    }
    this.greatest = this.spareSince === null ? needed : this.union(needed, this.greatest)
    this.spareSince ??= now
    return now - this.spareSince >= SHRINK_AFTER_MS ? this.show(this.greatest) : this.shown
  }

  /** Forgets: the next update shows just what it is given. For another stretch of time. */
  reset(): void {
    this.show(niceScale(0, 0, this.metric))
  }

  private show(scale: AxisScale): AxisScale {
    this.spareSince = null
    this.shown = scale
    return scale
  }

  private union(a: AxisScale, b: AxisScale): AxisScale {
    return niceScale(Math.min(a.bottom, b.bottom), Math.max(a.top, b.top), this.metric)
  }
}
