import { element } from './cell.ts'

/** From this share on, a bar is drawn in the colour of a warning. */
const HIGH_PERCENT = 90
const STEPS = 64

/**
 * A thin bar for a percentage. It stops at 100 %; the number beside it does not.
 *
 * @remarks A background that is as wide as the value: no layout, no box and no transform of its own.
 */
export class Bar {
  readonly element = element('span', 'bar')
  private written = -1

  constructor() {
    this.element.ariaHidden = 'true'
  }

  /** @param percent - NaN draws an empty bar without its track. */
  set(percent: number): void {
    const high = percent >= HIGH_PERCENT
    const step = Number.isNaN(percent) ? -2 : Math.round((Math.min(100, Math.max(0, percent)) / 100) * STEPS)
    const state = step * 2 + (high ? 1 : 0)
    if (state === this.written) return
    this.written = state
    this.element.className = step < 0 ? 'bar none' : high ? 'bar high' : 'bar'
    this.element.style.backgroundSize = `${(Math.max(0, step) / STEPS) * 100}% 100%`
  }
}
