import { describe, expect, test } from 'vitest'
import { Lane } from '../fleet/fleet-writer.ts'
import { startPoller } from './testing/start-poller.ts'

/** Monitor calls take 60 ms, but for the one after `slowAt`, which takes 3 s. */
function oneSlowCall(slowAt: number) {
  let slow = true
  const made = startPoller(1000, 10, ({ lane, at }) => {
    if (lane !== Lane.Monitor) return 5
    if (at < slowAt || !slow) return 60
    slow = false
    return 3000
  })
  const gaps = (from: number) => {
    const times = made.timesOf(Lane.Monitor).filter((at) => at >= from)
    return times.slice(1).map((at, i) => at - times[i]!)
  }
  return { ...made, gaps }
}

describe('one slow monitor call', () => {
  test.each([0, 30_000])('at %d ms does not silence its host, and the duty of each minute is kept', async (slowAt) => {
    const { clock, fleet, gaps } = oneSlowCall(slowAt)
    const shares: number[] = []
    for (let second = 0; second < 180; second++) {
      await clock.advance(1000)
      // Of a minute; before there is one the first call is all there was.
      if (second > 60) shares.push(fleet.last!.dutyPercent)
    }
    expect(Math.max(...gaps(0))).toBeLessThanOrEqual(3000 + 10_000)
    expect(Math.max(...gaps(120_000))).toBeCloseTo(1000, 6)
    expect(Math.max(...shares)).toBeLessThanOrEqual(10)
  })

  test('is told as the interval that the host keeps meanwhile', async () => {
    const { clock, fleet } = oneSlowCall(30_000)
    await clock.advance(29_500)
    expect(fleet.last?.monitorIntervalMs).toBe(1000)
    await clock.advance(5_000)
    expect(fleet.last?.monitorIntervalMs).toBeGreaterThan(4_000)
  })
})

test('a host that rests for long, because nobody looks, is asked soon when somebody does', async () => {
  let calls = 0
  const { clock, fleet, timesOf } = startPoller(1000, 10, ({ lane }) =>
    lane === Lane.Monitor && ++calls === 1 ? 4000 : 5,
  )
  fleet.looked = false
  await clock.advance(20_000)
  expect(timesOf(Lane.Monitor)).toEqual([0])
  fleet.looked = true
  await clock.advance(1100)
  expect(timesOf(Lane.Monitor)).toHaveLength(2)
})

test('the interval that is told stays while the next call is under way, so that its reply ends no gap', async () => {
  const { clock, fleet } = startPoller(1000, 10, ({ lane }) => (lane === Lane.Monitor ? 2000 : 5))
  await clock.advance(100_000)
  const told = new Set<number>()
  for (let step = 0; step < 400; step++) {
    await clock.advance(100)
    told.add(Math.round(fleet.last!.monitorIntervalMs))
  }
  expect([...told]).toEqual([20_000])
})
