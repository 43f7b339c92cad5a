import { bulkDeadline } from './schedule.ts'

/** Weight of the newest call in the mean: the mean of about the last ten. */
const WEIGHT = 0.2
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

  /** Notes a reply that is going to be applied. */
  note({ sentAt, endAt }: ReplyStamps): void {
    const durationMs = endAt - sentAt
    const counted = Math.min(durationMs, LATE_DEADLINES * this.deadlineMs)
    this.meanMs = this.#calls === 0 ? counted : this.meanMs + WEIGHT * (counted - this.meanMs)
    this.lastMs = durationMs
    this.#calls++
    this.#newestSentAt = sentAt
  }
}
