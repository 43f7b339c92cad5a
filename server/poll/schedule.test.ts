import { describe, expect, test } from 'vitest'
import { LaneTiming } from './lane-timing.ts'
import { backoffMs, bulkDeadline, dutyPause, localRetryMs, nextFastAt } from './schedule.ts'

describe('duty', () => {
  test('rests nine times the duration for 10 %', () => {
    expect(dutyPause(300, 10)).toBe(2700)
  })
})

describe('fast calls', () => {
  test('stay on the grid of the interval', () => {
    expect(nextFastAt(5000, 5003, 1000)).toBe(6000)
  })

  test('skip points that were missed instead of catching up', () => {
    expect(nextFastAt(5000, 8300, 1000)).toBe(9000)
    expect(nextFastAt(5000, 8000, 1000)).toBe(9000)
  })
})

test('[V-5] deadlines are 5 s, or four means', () => {
  expect([bulkDeadline(0), bulkDeadline(1000), bulkDeadline(2000)]).toEqual([5000, 5000, 8000])
})

describe('back-off', () => {
  test('[V-8] doubles its bound from 1 s to 60 s, with full jitter', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 50].map((failures) => backoffMs(failures, 1))).toEqual([
      1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000,
    ])
    expect(backoffMs(7, 0.5)).toBe(30_000)
    expect(backoffMs(50, 0)).toBe(500)
  })

  test('looks for a local daemon at least once a second', () => {
    expect([localRetryMs(0), localRetryMs(1)]).toEqual([500, 1000])
  })
})

describe('LaneTiming', () => {
  const reply = (sentAt: number, ms: number) => ({ sentAt, firstByteAt: sentAt + ms / 2, endAt: sentAt + ms })

  test('knows whether a reply is newer than what was applied', () => {
    const timing = new LaneTiming()
    timing.note(reply(5000, 10))
    expect(timing.isNewest(reply(4000, 3000))).toBe(false)
    expect(timing.isNewest(reply(6000, 1))).toBe(true)
  })

  test('one call that waited for a hung guest does not stretch the deadline to minutes', () => {
    const timing = new LaneTiming()
    for (let i = 0; i < 5; i++) timing.note(reply(i * 1000, 60))
    timing.note(reply(6000, 600_000))
    expect(timing.deadlineMs).toBeLessThan(10_000)
  })

  test('a daemon that got slow for good gets a longer deadline', () => {
    const timing = new LaneTiming()
    for (let i = 0; i < 30; i++) timing.note(reply(i * 10_000, 7_000))
    expect(timing.deadlineMs).toBeGreaterThan(20_000)
  })
})
