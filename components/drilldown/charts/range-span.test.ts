import { describe, expect, it } from 'vitest'
import { spanOf } from './range-span.ts'

describe('the time axis', () => {
  it('is as long as the range while nothing is known of what is kept, and once that is longer', () => {
    expect([spanOf('5m', 0), spanOf('1h', 0)]).toEqual([300_000, 3_600_000])
    expect([spanOf('5m', 300_001), spanOf('15m', 8_000_000)]).toEqual([300_000, 900_000])
  })

  it('is fitted to what is kept while that is shorter, a minute at least, and grows in steps of half a minute', () => {
    expect([1000, 50_000, 60_000, 61_000, 100_000, 271_000].map((kept) => spanOf('5m', kept))).toEqual([
      60_000, 60_000, 60_000, 90_000, 120_000, 300_000,
    ])
    expect([spanOf('1h', 50_000), spanOf('1h', 3_590_000)]).toEqual([60_000, 3_600_000])
  })

  it('of everything is what is kept', () => {
    expect([spanOf('all', 0), spanOf('all', 50_000), spanOf('all', 7_200_001)]).toEqual([60_000, 60_000, 7_230_000])
  })
})
