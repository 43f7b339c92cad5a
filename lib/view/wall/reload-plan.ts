/** Why a wall loads its page anew. */
export type ReloadReason = 'build' | 'night' | 'age' | 'lost' | 'errors'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Walls that hear of a new build together come spread over this time. */
const JITTER_MS = MINUTE_MS
/** The hour of the night in which a wall reloads, on the browser's own clock. */
const NIGHT_HOUR = 4
/** A page younger than this has no need of the night's reload. */
const YOUNG_MS = 2 * HOUR_MS
/** A page as old as this missed its night, as where the clock was changed over it. */
const OLD_MS = 26 * HOUR_MS
/** Without data for so long, a fresh page is tried. */
const LOST_MS = 10 * MINUTE_MS
/** So many uncaught errors in one life of the page are no accident. */
const MANY_ERRORS = 20
/** The server must have answered within this time. */
const ANSWER_MS = 1000
/** After an answer that did not come. */
const RETRY_MS = 10_000

/** What a wall knows when it asks. Times are on the browser's monotonic clock, ms. */
export interface WallHealth {
  readonly now: number
  /** Hour of the day on the browser's wall clock, 0 to 23. */
  readonly hour: number
  readonly buildChanged: boolean
  /** When the last frame came; null for none yet. */
  readonly lastFrameAt: number | null
  /** Uncaught errors so far. */
  readonly errors: number
  /** Nothing is about to change on the screen. */
  readonly isQuiet: boolean
}

export type ReloadStep = 'wait' | 'probe' | 'reload'

/**
 * Decides when a wall loads its page anew: on another build, once a night, and when it has been without data for long.
 *
 * @remarks Never without a server that answered within the last second: a browser that fails to load a page shows its own
 * error for ever.
 */
export class ReloadPlan {
  /** Why it wants to; null while it does not. */
  reason: ReloadReason | null = null
  private readonly startedAt: number
  private readonly random: () => number
  private dueAt = 0
  private probedAt = Number.NEGATIVE_INFINITY
  private answeredAt = Number.NEGATIVE_INFINITY

  /** @param random - In [0, 1). */
  constructor(startedAt: number, random: () => number) {
    this.startedAt = startedAt
    this.random = random
  }

  /** What to do now. Asked about once a second. */
  step(health: WallHealth): ReloadStep {
    this.follow(health)
    const { now } = health
    if (this.reason === null || now < this.dueAt) return 'wait'
    if (!health.isQuiet && this.reason !== 'lost') return 'wait'
    if (now - this.answeredAt <= ANSWER_MS) return 'reload'
    if (now - this.probedAt < RETRY_MS) return 'wait'
    this.probedAt = now
    return 'probe'
  }

  /** The server answered to a probe, at `now`. */
  answered(now: number): void {
    this.answeredAt = now
    // The second may not be a quiet one: then the next one asks again.
    this.probedAt = Number.NEGATIVE_INFINITY
  }

  private follow(health: WallHealth): void {
    const reason = this.reasonNow(health)
    if (reason === this.reason) return
    // A loss that is over is none. The others stay until the page is loaded anew.
    if (reason === null && this.reason !== 'lost') return
    this.reason = reason
    this.dueAt = health.now + (reason === null ? 0 : this.random() * JITTER_MS)
  }

  private reasonNow({ now, hour, buildChanged, lastFrameAt, errors }: WallHealth): ReloadReason | null {
    const ageMs = now - this.startedAt
    if (now - (lastFrameAt ?? this.startedAt) >= LOST_MS) return 'lost'
    if (buildChanged) return 'build'
    if (errors >= MANY_ERRORS) return 'errors'
    if (ageMs >= OLD_MS) return 'age'
    return hour === NIGHT_HOUR && ageMs >= YOUNG_MS ? 'night' : null
  }
}
