/** A wall paints once a second. */
export const TICK_MS = 1000
/** It slows down to this, and no further: older numbers would look like a screen that stands still. */
export const SLOWEST_TICK_MS = 5000
/** Share of the time that painting may take. */
const DUTY = 0.05
/** How fast the estimate follows: a heavier load sooner than a lighter one. */
const EASE_UP = 0.5
const EASE_DOWN = 0.2

/** How often to paint, from what painting costs: a screen that is too slow for all of it paints more seldom, evenly. */
export class TickPace {
  private costMs = 0

  /** Time between two paintings, ms. */
  get intervalMs(): number {
    return Math.min(SLOWEST_TICK_MS, Math.max(TICK_MS, Math.ceil(this.costMs / DUTY / 100) * 100))
  }

  get isSlow(): boolean {
    return this.intervalMs > TICK_MS
  }

  /** One painting took so long. A single slow one, as the browser's own work makes, slows nothing. */
  painted(costMs: number): void {
    const ease = costMs > this.costMs ? EASE_UP : EASE_DOWN
    this.costMs += (costMs - this.costMs) * ease
  }
}
