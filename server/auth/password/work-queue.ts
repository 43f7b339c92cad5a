/** Runs so many pieces of work at once; the others wait in order, up to a bound. */
export class WorkQueue {
  private readonly atOnce: number
  private readonly maxWaiting: number
  private readonly waiting: (() => void)[] = []
  private running = 0

  constructor(atOnce: number, maxWaiting: number) {
    this.atOnce = atOnce
    this.maxWaiting = maxWaiting
  }

  /** Null when too many wait already. */
  run<Result>(work: () => Promise<Result>): Promise<Result> | null {
    if (this.running < this.atOnce) {
      this.running++
      return this.start(work)
    }
    if (this.waiting.length >= this.maxWaiting) return null
    return new Promise<void>((resolve) => this.waiting.push(resolve)).then(() => this.start(work))
  }

  private async start<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } finally {
      // The place goes to the next, so that nobody slips in between.
      const next = this.waiting.shift()
      if (next === undefined) this.running--
      else next()
    }
  }
}
