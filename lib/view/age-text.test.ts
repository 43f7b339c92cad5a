import { describe, expect, it } from 'vitest'
import { ageText, wholeAgeText } from './age-text.ts'

describe('age text', () => {
  it('rounds down, so that nothing looks older or later than it is', () => {
    expect([0, 449, 9990, 12_999, 119_000, 120_000, 7_199_000, 7_200_000, 200_000_000].map(ageText)).toEqual([
      '0.0 s',
      '0.4 s',
      '9.9 s',
      '12 s',
      '119 s',
      '2 min',
      '119 min',
      '2 h',
      '2 d',
    ])
  })

  it('has a dash for what was never sampled', () => {
    expect(ageText(Number.NaN)).toBe('–')
  })

  it('leaves tenths out where whole seconds are asked for', () => {
    expect([0, 999, 9990, 12_999, 7_199_000, Number.NaN].map(wholeAgeText)).toEqual([
      '0 s',
      '0 s',
      '9 s',
      '12 s',
      '119 min',
      '–',
    ])
  })
})
