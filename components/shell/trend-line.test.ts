import { describe, expect, it } from 'vitest'
import { trendRuns } from './trend-line.tsx'
import { TREND_POINTS } from './trend-ring.ts'

describe('trend line', () => {
  it('ends at the right edge, and is as high as its greatest value', () => {
    expect(trendRuns([0, 5, 10])).toEqual(['570,145 580,80 590,15 '])
    expect(trendRuns(Array.from({ length: TREND_POINTS }, () => 1))[0]?.split(' ')[0]).toBe('0,15')
  })

  it('has a gap where nothing was known', () => {
    expect(trendRuns([Number.NaN, 1, Number.NaN, 1])).toEqual(['570,15 ', '590,15 '])
    expect(trendRuns([Number.NaN])).toEqual([])
  })

  it('lies at the bottom while all values are 0', () => {
    expect(trendRuns([0, 0])).toEqual(['580,145 590,145 '])
  })
})
