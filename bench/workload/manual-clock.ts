import type { Clock } from '../../server/clock.ts'

/** A clock that moves only when it is told to, and then runs what is due. */
export interface ManualClock extends Clock {
  advance(ms: number): void
}

interface Timer {
  readonly at: number
  readonly run: () => void
}

const START_MS = 1000
const START_WALL_MS = 1_700_000_000_000

export function createManualClock(): ManualClock {
  let time = START_MS
  const timers = new Set<Timer>()
  const nextDue = (end: number) => {
    let next: Timer | null = null
    for (const timer of timers) if (timer.at <= end && (next === null || timer.at < next.at)) next = timer
    return next
  }
  return {
    now: () => time,
    wall: () => START_WALL_MS + time,
    after(ms, callback) {
      const timer = { at: time + ms, run: callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance(ms) {
      const end = time + ms
      for (let timer = nextDue(end); timer !== null; timer = nextDue(end)) {
        timers.delete(timer)
        time = timer.at
        timer.run()
      }
      time = end
    },
  }
}
