import type { Clock } from '../clock.ts'
import type { HttpLimits } from './limits.ts'
import { type HttpProblem, problem } from './problem.ts'

interface Waiting {
  readonly until: number
  readonly enter: (release: () => void) => void
  readonly refuse: (why: HttpProblem) => void
}

/**
 * Admission to the stream: so many a second, the rest waits in order, and a bounded number in all.
 *
 * @remarks A server that comes back meets all its clients at once. Each needs a snapshot; spread over seconds they
 * share it. A client that would have to wait too long is told when to try again. The hub bounds the streams of one
 * address: it can tell a browser why, which an HTTP status cannot.
 */
export class StreamGate {
  private readonly limits: HttpLimits
  private readonly clock: Clock
  private readonly queue: Waiting[] = []
  private tokens: number
  private filledAt: number
  private cancelTimer: (() => void) | null = null
  private openCount = 0

  constructor(limits: HttpLimits, clock: Clock) {
    this.limits = limits
    this.clock = clock
    this.tokens = limits.streamsPerSecond
    this.filledAt = clock.now()
  }

  get open(): number {
    return this.openCount
  }

  get waiting(): number {
    return this.queue.length
  }

  /**
   * Lets an upgrade in, now or when its turn comes, or refuses it.
   *
   * @param enter - Called when it may go on, with the release to call when the stream is over.
   * @returns Call it when the client goes away while it waits.
   */
  ask(enter: Waiting['enter'], refuse: Waiting['refuse']): () => void {
    this.fill()
    const full = this.full()
    if (full !== null) refuse(full)
    else if (this.queue.length === 0 && this.tokens >= 1) this.admit(enter)
    // The length of the queue tells how long a newcomer would wait: refuse at once what cannot be served in time.
    else if (this.queue.length >= (this.limits.streamsPerSecond * this.limits.streamQueueMs) / 1000) refuse(tooMany())
    else return this.wait({ until: this.clock.now() + this.limits.streamQueueMs, enter, refuse })
    return () => {}
  }

  /** Refuses all that wait. Streams that are open stay. */
  close(): void {
    this.cancelTimer?.()
    this.cancelTimer = null
    for (const { refuse } of this.queue.splice(0)) refuse(busy('SHUTTING_DOWN', 'This server is stopping.'))
  }

  private wait(entry: Waiting): () => void {
    this.queue.push(entry)
    this.schedule()
    return () => {
      const at = this.queue.indexOf(entry)
      if (at >= 0) this.queue.splice(at, 1)
    }
  }

  private fill(): void {
    const now = this.clock.now()
    const rate = this.limits.streamsPerSecond
    this.tokens = Math.min(rate, this.tokens + ((now - this.filledAt) * rate) / 1000)
    this.filledAt = now
  }

  private admit(enter: Waiting['enter']): void {
    this.tokens--
    this.openCount++
    let released = false
    enter(() => {
      if (released) return
      released = true
      this.openCount--
    })
  }

  private full(): HttpProblem | null {
    const { streams } = this.limits
    return this.openCount < streams
      ? null
      : busy('STREAMS_EXHAUSTED', `All ${streams} streams of this server are in use.`)
  }

  private serveQueue(): void {
    this.cancelTimer = null
    this.fill()
    while (this.queue.length > 0) {
      const { until, enter, refuse } = this.queue[0]!
      const full = this.full()
      const late = until < this.clock.now()
      if (full === null && !late && this.tokens < 1) break
      this.queue.shift()
      if (full !== null) refuse(full)
      else if (late) refuse(tooMany())
      else this.admit(enter)
    }
    this.schedule()
  }

  private schedule(): void {
    if (this.queue.length === 0 || this.cancelTimer !== null) return
    const delayMs = Math.max(1, Math.ceil(((1 - this.tokens) * 1000) / this.limits.streamsPerSecond))
    this.cancelTimer = this.clock.after(delayMs, () => this.serveQueue())
  }
}

function busy(code: string, message: string): HttpProblem {
  return problem(503, code, message, {}, { 'Retry-After': '5' })
}

function tooMany(): HttpProblem {
  return busy('TOO_MANY_AT_ONCE', 'Too many streams are being opened at once.')
}
