import { describe, expect, it } from 'vitest'
import { ACTIVE_READINGS, AgeLevel, ageOfReadings, INACTIVE_READINGS, oldestAge, worstLevel } from './freshness.ts'

/** State and net were read at 9 s and every second, cpu and its like at 2 s and every 2 s, the roster at 5 s. */
const host = {
  sampledAt: [9000, 2000, 2000, 2000, 9000, 2000, 5000],
  intervalMs: [1000, 2000, 2000, 2000, 1000, 2000, 10_000],
}
const cpu = 0b10
const asHost = Number.NaN
const never = Number.NEGATIVE_INFINITY

describe('freshness', () => {
  it('[R-6] is stale after three intervals of the group and old after ten', () => {
    const level = (now: number) => worstLevel(host, null, cpu, now)
    expect([8000, 8001, 22_000, 22_001].map(level)).toEqual([
      AgeLevel.Fresh,
      AgeLevel.Stale,
      AgeLevel.Stale,
      AgeLevel.Old,
    ])
  })

  it('calls nothing stale that was never sampled, and gives it no age', () => {
    const none = { sampledAt: Array(7).fill(Number.NaN), intervalMs: host.intervalMs }
    expect(ageOfReadings(none, null, ACTIVE_READINGS, 99_999)).toEqual({
      ageMs: Number.NaN,
      overdueMs: 0,
      level: AgeLevel.Fresh,
      oldest: -1,
    })
  })

  it('[SY33] an age is the time since the oldest sample; what is overdue is another number, and decides the level', () => {
    const age = (now: number) => ageOfReadings(host, null, ACTIVE_READINGS, now)
    expect(age(9500)).toEqual({ ageMs: 7500, overdueMs: 5500, level: AgeLevel.Stale, oldest: 1 })
    expect(age(3000)).toMatchObject({ ageMs: 1000, overdueMs: 0, level: AgeLevel.Fresh })
    // The fast groups stand still: the oldest sample is on time, and the row is late all the same.
    const fast = { sampledAt: [0, 0, 0, 0, 0, 0, 0], intervalMs: [1000, 9000, 9000, 9000, 1000, 9000, 10_000] }
    expect(ageOfReadings(fast, null, ACTIVE_READINGS, 8000)).toMatchObject({ ageMs: 8000, overdueMs: 7000, level: 1 })
  })

  it('[SY33] an inactive row is as old as the roster, whatever the groups of running domains are', () => {
    expect(oldestAge(host, null, INACTIVE_READINGS, 26_000)).toBe(21_000)
    const own = [25_000, never, never, never, never, never]
    expect(oldestAge(host, own, INACTIVE_READINGS, 26_000)).toBe(1000)
  })

  it('[SY31] a row’s own samples stand instead of those of its host', () => {
    expect(oldestAge(host, [asHost, 8000, 8000, 8000, asHost, 8000], ACTIVE_READINGS, 9000)).toBe(1000)
    expect(oldestAge(host, [asHost, never, never, never, asHost, never], ACTIVE_READINGS, 9500)).toBe(500)
    expect(worstLevel(host, [asHost, -99_000, asHost, asHost, asHost, asHost], cpu, 4000)).toBe(AgeLevel.Old)
  })
})
