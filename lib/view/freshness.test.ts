import { describe, expect, it } from 'vitest'
import { AgeLevel, ageLevel, rowAge, worstLevel } from './freshness.ts'

const samples = { sampledAt: [1000, 4000, Number.NaN], intervalMs: [1000, 2000, 2000] }

describe('freshness', () => {
  it('[R-6] is stale after three intervals of the group and old after ten', () => {
    expect(ageLevel(samples, 0, 4000)).toBe(AgeLevel.Fresh)
    expect(ageLevel(samples, 0, 4001)).toBe(AgeLevel.Stale)
    expect(ageLevel(samples, 0, 11_001)).toBe(AgeLevel.Old)
    expect(ageLevel(samples, 1, 10_000)).toBe(AgeLevel.Fresh)
  })

  it('calls nothing stale that was never sampled', () => {
    expect(ageLevel(samples, 2, 99_999)).toBe(AgeLevel.Fresh)
  })

  it('takes the worst of the asked groups only', () => {
    expect(worstLevel(samples, 0b011, 12_000)).toBe(AgeLevel.Old)
    expect(worstLevel(samples, 0b010, 12_000)).toBe(AgeLevel.Stale)
    expect(worstLevel(samples, 0, 12_000)).toBe(AgeLevel.Fresh)
  })

  it('gives a row the age of its oldest group beyond that group’s interval', () => {
    expect(rowAge(samples, 0b111, 4500)).toBe(2500)
    expect(rowAge(samples, 0b010, 4500)).toBe(0)
    expect(rowAge(samples, 0b100, 4500)).toBeNaN()
  })
})
