import type { Clock } from '../../clock.ts'

/** A clock that stands still until it is told to go on. */
export class VirtualClock implements Clock {
  #now = 0
  /** How far the wall clock is ahead of its start beyond the time that passed: a suspended machine, a clock that was set. */
  wallAhead = 0
  #nextId = 0
  readonly #timers = new Map<number, { at: number; callback: () => void }>()

  now(): number {
    return this.#now
  }

  wall(): number {
    return 1_700_000_000_000 + this.#now + this.wallAhead
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#timers.size
  }

  after(ms: number, callback: () => void): () => void {
    const id = this.#nextId++
    this.#timers.set(id, { at: this.#now + ms, callback })
    return () => void this.#timers.delete(id)
  }

  /** Runs everything that is due in the next `ms`, in order, letting promises settle after each timer. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await settle()
    for (let next = this.#earliest(end); next !== null; next = this.#earliest(end)) {
      const timer = this.#timers.get(next)!
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, timer.at)
      timer.callback()
      await settle()
    }
    this.#now = end
  }

  #earliest(end: number): number | null {
    let best: number | null = null
    let bestAt = end
    for (const [id, { at }] of this.#timers) {
      // Of two at one time the older one goes first, as in the event loop.
      if (at < bestAt || (at === bestAt && best === null)) {
        best = id
        bestAt = at
      }
    }
    return best
  }
}

/** Lets promise chains run to their ends. Thirty turns are more than any chain here has. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve()
}
