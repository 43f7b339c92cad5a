import { UNKNOWN_16 } from '../../../lib/columns/encodings.ts'
import type { LiveFleet } from '../../live/live-fleet.ts'

/** Points of a sparkline, one per second. */
export const SPARK_POINTS = 60
const SPARK_STEP_MS = 1000
/** Frames come a little unevenly: one that is this early still counts for its second. */
const EARLY_MS = 120

/**
 * The last 60 seconds of one 16-bit column, for every row: a ring of copies of the column.
 *
 * @remarks A step is one copy of the whole column, a few kilobytes. A page that was just opened has no past: it starts
 * empty and says so by being empty.
 */
export class SparkRing {
  /** `steps[i][row]` is a code; the newest step is at `head`. */
  readonly steps: Uint16Array[] = []
  head = SPARK_POINTS - 1
  /** Counts pushes, so that a painter knows whether to draw again. */
  version = 0
  private readonly columnId: string
  private generations = new Uint32Array(0)
  private pushedAt = Number.NEGATIVE_INFINITY

  constructor(columnId: string) {
    this.columnId = columnId
  }

  /** Takes a step if a second has passed; returns whether it did. */
  push(fleet: LiveFleet, now: number): boolean {
    if (now - this.pushedAt < SPARK_STEP_MS - EARLY_MS) return false
    const column = fleet.domains.column(this.columnId)
    if (column === null || !(column.codes instanceof Uint16Array)) return false
    this.reserve(fleet.domains.capacity)
    this.forgetOldLives(fleet)
    this.skipMissed(now)
    this.advance().set(column.codes)
    this.pushedAt = now
    this.version++
    return true
  }

  /** A tab that slept, or a stream that was paused, leaves a gap, not a squeezed line. */
  private skipMissed(now: number): void {
    if (!Number.isFinite(this.pushedAt)) return
    const missed = Math.min(SPARK_POINTS, Math.round((now - this.pushedAt) / SPARK_STEP_MS) - 1)
    for (let i = 0; i < missed; i++) this.advance().fill(UNKNOWN_16)
  }

  private advance(): Uint16Array {
    this.head = (this.head + 1) % SPARK_POINTS
    return this.steps[this.head]!
  }

  private reserve(capacity: number): void {
    if (this.steps.length > 0 && this.steps[0]!.length >= capacity) return
    for (let i = 0; i < SPARK_POINTS; i++) {
      const step = new Uint16Array(capacity).fill(UNKNOWN_16)
      if (this.steps[i] !== undefined) step.set(this.steps[i]!)
      this.steps[i] = step
    }
    const generations = new Uint32Array(capacity)
    generations.set(this.generations)
    this.generations = generations
  }

  /** A slot that another domain uses now must not show the past of the one before. */
  private forgetOldLives({ domains }: LiveFleet): void {
    for (let row = 0; row < domains.rowLimit; row++) {
      if (this.generations[row] === domains.generation[row]) continue
      this.generations[row] = domains.generation[row]!
      for (const step of this.steps) step[row] = UNKNOWN_16
    }
  }
}
