import type { Clock } from '../clock.ts'

interface Timer {
  readonly at: number
  readonly callback: () => void
}

/** Time that passes only when told to. */
export class ManualClock implements Clock {
  private time = 1_000
  private readonly timers = new Set<Timer>()

  now(): number {
    return this.time
  }

  wall(): number {
    return 1_700_000_000_000 + this.time
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.time + ms, callback }
    this.timers.add(timer)
    return () => {
      this.timers.delete(timer)
    }
  }

  get pending(): number {
    return this.timers.size
  }

  /** Lets `ms` pass; callbacks run in order, at their time. */
  advance(ms: number): void {
    const end = this.time + ms
    for (;;) {
      const due = [...this.timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.timers.delete(due)
      this.time = Math.max(this.time, due.at)
      due.callback()
    }
    this.time = end
  }
}
