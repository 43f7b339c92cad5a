import { dutyPause } from './schedule.ts'

/** The duty is kept over this time, ms: what was not spent in it is there for a call that takes unusually long. */
export const BUDGET_MS = 60_000
/** While somebody looks, one slow call makes nobody wait longer than this for the next one, ms. */
export const LONGEST_PAUSE_MS = 10_000
/** Weight of the newest call in the mean: that of about the last ten. */
const WEIGHT = 0.2
/** Calls that tell what is usual. */
const USUAL_CALLS = 5
/** Pauses that may be owed at most, as a share of a minute's: more would be lent to calls that are slow again and again. */
const LENT_SHARE = 2 / 3
/** Share of the duty that calls about single domains may take; the rest stays for everybody. */
const SMALL_SHARE = 0.5

interface Spent {
  readonly endedAt: number
  readonly costMs: number
}

/**
 * When monitor calls may go out, so that they take at most the duty of the daemon's time: calls about everything, and small
 * ones about single domains in between.
 *
 * @remarks The pause follows the mean of what calls cost. An unusually slow one is paid for out of what the last minute
 * left, and out of the pauses that follow; where calls are slow as a rule, each is paid for in full. Not more than
 * `LENT_SHARE` of a minute is ever owed, so in the long run the duty is kept whatever calls cost.
 */
export class DutyBudget {
  readonly #dutyPercent: number
  readonly #intervalMs: number
  #spent: Spent[] = []
  /** Costs of the newest calls about everything. */
  #costs: number[] = []
  #calls = 0
  #lastMs = 0
  #meanMs = 0
  #firstAt = Number.POSITIVE_INFINITY
  /** The newest call about everything. */
  #startedAt = Number.NEGATIVE_INFINITY
  #endedAt = Number.NEGATIVE_INFINITY
  /** Pauses that calls have cost and that were not kept yet; and by how much the newest was cut short. */
  #owedMs = 0
  #cutMs = 0
  /** Of small calls since then. */
  #smallMs = 0
  #smallNotBefore = Number.NEGATIVE_INFINITY

  constructor(dutyPercent: number, intervalMs: number) {
    this.#dutyPercent = dutyPercent
    this.#intervalMs = intervalMs
  }

  /** What a call about everything costs by the mean; 0 before the first. */
  get meanMs(): number {
    return this.#meanMs
  }

  /**
   * Notes a call about everything.
   *
   * @param costMs - What it cost the daemon.
   * @param usual - False when that is a guess, because the call waited for something that hangs.
   */
  whole(startedAt: number, endedAt: number, costMs: number, usual = true): void {
    if (this.#endedAt > Number.NEGATIVE_INFINITY) this.#cutMs = Math.max(0, this.#byMean() - startedAt)
    this.#owedMs = Math.max(0, this.#owedMs - Math.max(0, startedAt - this.#endedAt)) + this.#pause(costMs)
    if (usual) {
      this.#calls++
      // The plain mean of the first few, so that a slow first one does not count for all.
      this.#meanMs += Math.max(WEIGHT, 1 / this.#calls) * (costMs - this.#meanMs)
    }
    if (usual) this.#costs = [costMs, ...this.#costs].slice(0, USUAL_CALLS)
    this.#lastMs = costMs
    this.#startedAt = startedAt
    this.#endedAt = endedAt
    this.#smallMs = 0
    this.#spend(startedAt, endedAt, costMs)
  }

  /** Notes a call about single domains. */
  small(startedAt: number, endedAt: number, costMs: number): void {
    this.#smallMs += costMs
    this.#owedMs += this.#pause(costMs)
    this.#smallNotBefore = endedAt + dutyPause(costMs, this.#dutyPercent * SMALL_SHARE)
    this.#spend(startedAt, endedAt, costMs)
  }

  /** Time from the start of the newest call about everything that ended to the start of the next one. `looked` as below. */
  intervalMs(looked: boolean): number {
    return this.#endedAt === Number.NEGATIVE_INFINITY ? this.#intervalMs : this.wholeAt(looked) - this.#startedAt
  }

  /** When the next small call may go out. */
  get smallNotBefore(): number {
    return this.#smallNotBefore
  }

  /** When the next call about everything goes out. `looked`: somebody looks. */
  wholeAt(looked: boolean): number {
    if (this.#endedAt === Number.NEGATIVE_INFINITY) return this.#endedAt
    return Math.max(this.#startedAt + this.#intervalMs, this.#paidAt(looked))
  }

  /**
   * Share of the daemon's time that calls took in the minute that ends with the pause under way, in percent; in a longer
   * time, when the newest call about everything and its pause take that.
   */
  sharePercent(looked: boolean): number {
    const until = this.wholeAt(looked)
    const from = Math.max(this.#firstAt, Math.min(until - BUDGET_MS, this.#startedAt))
    return until > from ? (this.#spentSince(from) / (until - from)) * 100 : 0
  }

  #paidAt(looked: boolean): number {
    const end = this.#endedAt
    const byMean = this.#byMean()
    const lent = LENT_SHARE * this.#pause(this.#budgetMs)
    const atLeast = end + this.#owedMs - lent
    if (this.#isSlowAsARule())
      return Math.max(byMean, end + this.#pause(this.#lastMs) + Math.min(this.#cutMs, lent), atLeast)
    const ceiling = end + (looked ? LONGEST_PAUSE_MS : BUDGET_MS)
    return Math.max(atLeast, Math.min(ceiling, this.#roomAt(Math.min(byMean, ceiling))))
  }

  #byMean(): number {
    const meanMs = this.#calls > 0 ? this.#meanMs : this.#lastMs
    return this.#endedAt + this.#pause(meanMs + this.#smallMs)
  }

  #pause(costMs: number): number {
    return dutyPause(costMs, this.#dutyPercent)
  }

  get #budgetMs(): number {
    return (BUDGET_MS * this.#dutyPercent) / 100
  }

  /** What a call costs mostly; 0 while there was only one, which may be the exception. */
  get #usualMs(): number {
    const sorted = this.#costs.toSorted((a, b) => a - b)
    return sorted.length > 1 ? sorted[(sorted.length - 1) >> 1]! : 0
  }

  /** Calls take so long that the duty alone asks for longer pauses than anybody is to wait. */
  #isSlowAsARule(): boolean {
    return this.#pause(Math.min(this.#usualMs, this.#lastMs)) > LONGEST_PAUSE_MS
  }

  /** From when on the budget of a minute has room for another call, not before `from`. */
  #roomAt(from: number): number {
    const room = this.#budgetMs - this.#usualMs
    let at = from
    let spent = this.#spentSince(at - BUDGET_MS)
    for (const { endedAt, costMs } of this.#spent) {
      if (spent <= room) break
      if (endedAt <= at - BUDGET_MS) continue
      at = endedAt + BUDGET_MS
      spent -= costMs
    }
    return at
  }

  #spentSince(time: number): number {
    let sum = 0
    for (const { endedAt, costMs } of this.#spent) if (endedAt > time) sum += costMs
    return sum
  }

  #spend(startedAt: number, endedAt: number, costMs: number): void {
    this.#firstAt = Math.min(this.#firstAt, startedAt)
    this.#spent.push({ endedAt, costMs })
    while (this.#spent[0]!.endedAt <= endedAt - BUDGET_MS) this.#spent.shift()
  }
}
