import type { ReplyTiming } from '../fleet/fleet-writer.ts'
import { bulkDeadline } from './schedule.ts'

/** Weight of the newest call in the mean: the mean of about the last ten. */
const WEIGHT = 0.2
/** Calls before "usual" means anything. */
const LEARNING_CALLS = 3
const SUSPECT_TIMES = 3
const SUSPECT_SHARE = 0.25
/** A late reply moves the mean by at most this many deadlines: the call may have waited for one guest that hung. */
const LATE_DEADLINES = 2

/** Stamps of a reply. */
export interface ReplyStamps {
  readonly sentAt: number
  readonly firstByteAt: number
  readonly endAt: number
}

/** How long the calls of one lane take. */
export class LaneTiming {
  /** Duration of the last reply in ms; 0 before the first. */
  lastMs = 0
  /** Mean of the last about ten. */
  meanMs = 0
  #calls = 0
  #newestSentAt = Number.NEGATIVE_INFINITY

  /** Deadline for the next call. */
  get deadlineMs(): number {
    return bulkDeadline(this.meanMs)
  }

  /** Whether nothing sent later was applied yet. */
  isNewest(reply: ReplyStamps): boolean {
    return reply.sentAt > this.#newestSentAt
  }

  /**
   * Notes a reply that is going to be applied.
   *
   * @returns its timing; `suspect` when it took over three times its usual time and over a quarter of the interval.
   */
  note({ sentAt, firstByteAt, endAt }: ReplyStamps, intervalMs: number): ReplyTiming {
    const durationMs = endAt - sentAt
    const unusual = this.#calls >= LEARNING_CALLS && durationMs > SUSPECT_TIMES * this.meanMs
    const suspect = unusual && durationMs > SUSPECT_SHARE * intervalMs
    const counted = Math.min(durationMs, LATE_DEADLINES * this.deadlineMs)
    this.meanMs = this.#calls === 0 ? counted : this.meanMs + WEIGHT * (counted - this.meanMs)
    this.lastMs = durationMs
    this.#calls++
    this.#newestSentAt = sentAt
    return { sentAt, firstByteAt, endAt, suspect }
  }
}
