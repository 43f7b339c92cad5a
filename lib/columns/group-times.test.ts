import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DOUBT_SHARE, GroupTimes, Step } from './group-times.ts'

const GAP_MS = 5000

function timesWith(current: number, previous = 0, doubtMs = 0): GroupTimes {
  const times = new GroupTimes()
  times.grow(1)
  times.current[0] = current
  times.previous[0] = previous
  times.doubtMs[0] = doubtMs
  return times
}

describe('a sample [RA7]', () => {
  it.each([
    ['is the first', timesWith(0), 1000, 900, Step.Move],
    ['is good', timesWith(1000), 2000, 250, Step.Move],
    ['is in doubt', timesWith(1000), 2000, 251, Step.Hold],
    ['and the one before are in doubt together', timesWith(1000, 0, 126), 2000, 125, Step.Hold],
    ['is older than the newest', timesWith(1000), 900, 0, Step.Hold],
    ['is as old as the newest', timesWith(1000), 1000, 0, Step.Hold],
    ['comes after a gap', timesWith(1000), 6001, 5000, Step.Move],
    ['is known much better than the newest', timesWith(1000, 500, 260), 2000, 0, Step.Replace],
    ['is better, but would make a gap of the interval', timesWith(5400, 500, 1200), 6000, 0, Step.Hold],
    ['is better, and there was a gap before', timesWith(9000, 500, 1200), 10_000, 0, Step.Replace],
    ['is better, and the clock jumped before', timesWith(5400, -500, 1200), 6000, 0, Step.Replace],
  ] as const)('that %s', (_, times, at, doubtMs, step) => {
    expect(times.stepOf(0, at, doubtMs, GAP_MS)).toBe(step)
  })

  it('ends no interval whose length may be wrong by more than the share that is borne, and waits no longer than it must (seed 8)', () => {
    const sample = fc.record({ after: fc.integer({ min: 1, max: 3000 }), doubtMs: fc.integer({ min: 0, max: 2000 }) })
    fc.assert(
      fc.property(fc.array(sample, { minLength: 2, maxLength: 40 }), (samples) => {
        const times = timesWith(0)
        // Doubts of the two samples that the interval lies between, and when an exact sample could have ended one.
        let [begin, end, ready, now] = [0, 0, Number.POSITIVE_INFINITY, 0]
        for (const { after, doubtMs } of samples) {
          now += after
          const step = times.stepOf(0, now, doubtMs, Number.POSITIVE_INFINITY)
          if (step === Step.Hold) {
            expect(now).toBeLessThan(ready + doubtMs / DOUBT_SHARE)
            continue
          }
          if (step === Step.Move) [begin, end] = [end, doubtMs]
          else end = doubtMs
          times.take(0, step, now, doubtMs, false)
          ready = Math.min(step === Step.Replace ? ready : Number.POSITIVE_INFINITY, now + doubtMs / DOUBT_SHARE)
          const length = now - times.previous[0]!
          if (times.previous[0]! > 0) expect(begin + end).toBeLessThanOrEqual(length * DOUBT_SHARE)
        }
      }),
      { seed: 8, numRuns: 500 },
    )
  })
})
