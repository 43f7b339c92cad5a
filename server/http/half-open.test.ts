import { describe, expect, it } from 'vitest'
import { systemClock } from '../clock.ts'
import { createHalfOpenBudget } from './half-open.ts'

function setUp(random: () => number) {
  let now = 0
  const budget = createHalfOpenBudget<number>(50, { ...systemClock, now: () => now }, random)
  return {
    budget,
    advance: (ms: number) => {
      now += ms
    },
  }
}

describe('createHalfOpenBudget', () => {
  it('[S-8] lets a burst in, however large, because honest clients speak at once', () => {
    const { budget } = setUp(() => 0)
    for (let i = 0; i < 1000; i++) expect(budget.opened(i)).toEqual([])
  })

  it('[S-8] displaces the oldest silent connections down to twice the budget, whatever chance says', () => {
    const { budget, advance } = setUp(() => 0.999)
    for (let i = 0; i < 1000; i++) budget.opened(i)
    advance(1000)
    const evicted = budget.opened(1000)
    expect(evicted).toEqual(Array.from({ length: evicted.length }, (_, i) => i))
    expect(budget.size).toBeLessThanOrEqual(101)
  })

  it('[S-8] leaves silent connections within the budget alone', () => {
    const { budget, advance } = setUp(() => 0)
    for (let i = 0; i < 50; i++) budget.opened(i)
    advance(1000)
    expect(budget.opened(50)).toEqual([])
  })

  it('[S-8] displaces with rising probability between the budget and twice the budget', () => {
    const { budget, advance } = setUp(() => 0.5)
    for (let i = 0; i < 74; i++) budget.opened(i)
    advance(1000)
    expect(budget.opened(74)).toEqual([])
    advance(1000)
    budget.opened(75)
    advance(1000)
    expect(budget.opened(76)).toEqual([0])
  })

  it('forgets a connection that has spoken', () => {
    const { budget, advance } = setUp(() => 0)
    for (let i = 0; i < 100; i++) budget.opened(i)
    for (let i = 0; i < 100; i++) budget.settled(i)
    advance(1000)
    expect(budget.opened(100)).toEqual([])
    expect(budget.size).toBe(1)
  })
})
