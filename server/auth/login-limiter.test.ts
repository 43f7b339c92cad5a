import { describe, expect, it } from 'vitest'
import { ManualClock } from '../testing/manual-clock.ts'
import { LoginLimiter } from './login-limiter.ts'

const MINUTE = 60_000

function setUp() {
  const clock = new ManualClock()
  const limiter = new LoginLimiter(clock)
  const tries = (count: number, key = 'ada') => Array.from({ length: count }, () => limiter.take(key))
  return { clock, limiter, tries }
}

describe('[A-7] guessing', () => {
  it('is five tries in any minute, then a minute of waiting, and twice as long each time', () => {
    const { clock, tries } = setUp()
    for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
      expect(tries(5)).toEqual([0, 0, 0, 0, 0])
      expect(tries(2)).toEqual([minutes * MINUTE, minutes * MINUTE])
      clock.advance(minutes * MINUTE - 1)
      expect(tries(1)).toEqual([1])
      clock.advance(1)
    }
  })

  it('has no more tries around the turn of a minute', () => {
    const { clock, tries } = setUp()
    tries(4)
    clock.advance(MINUTE - 1)
    expect(tries(1)).toEqual([0])
    clock.advance(1)
    expect(tries(5)).toEqual([0, 0, 0, 0, MINUTE])
  })

  it('of one account, or from one address, does not stop the others', () => {
    const { tries } = setUp()
    tries(9)
    expect(tries(1, 'bob')).toEqual([0])
  })

  it('is forgiven by success', () => {
    const { limiter, tries } = setUp()
    tries(5)
    limiter.clear('ada')
    expect(tries(5)).toEqual([0, 0, 0, 0, 0])
  })

  it('[T-S4] every second for an hour is 30 guesses', () => {
    const { clock, limiter } = setUp()
    let passed = 0
    for (let second = 0; second < 3600; second++) {
      if (limiter.take('ada') === 0) passed++
      clock.advance(1000)
    }
    expect(passed).toBe(30)
  })

  it('with made-up names does not fill the memory', () => {
    const { limiter } = setUp()
    for (let i = 0; i < 20_000; i++) limiter.take(`user ${i}`)
    expect((limiter as unknown as { tried: Map<string, unknown> }).tried.size).toBe(10_000)
  })
})
