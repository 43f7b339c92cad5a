import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { naturalKey, rankTexts } from './ranks.ts'

function sorted(texts: string[]): string[] {
  const ranks = new Float32Array(texts.length)
  rankTexts((row) => texts[row]!, [...texts.keys()], ranks)
  return [...texts.keys()].sort((a, b) => ranks[a]! - ranks[b]! || a - b).map((row) => texts[row]!)
}

describe('natural order', () => {
  it('puts numbers in numeric order, before letters', () => {
    expect(sorted(['web-10', 'web-9', 'web', 'web-a', 'web-009', '12', 'a'])).toEqual([
      '12',
      'a',
      'web',
      'web-009',
      'web-9',
      'web-10',
      'web-a',
    ])
  })

  it('ignores case and diacritics', () => {
    expect(sorted(['zoo', 'Äpfel', 'apfel2', 'Bär'])).toEqual(['Äpfel', 'apfel2', 'Bär', 'zoo'])
  })

  it('gives equal texts one rank and empty ones none', () => {
    const texts = ['b', 'a', 'b', '']
    const ranks = new Float32Array(4)
    rankTexts((row) => texts[row]!, [0, 1, 2, 3], ranks)
    expect([...ranks]).toEqual([1, 0, 1, Number.NaN])
  })

  it('orders runs of digits of any length by value (seed 7)', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.bigInt({ min: 0n, max: 10n ** 30n }), (a, b) => {
        const x = naturalKey(`vm${a}`)
        const y = naturalKey(`vm${b}`)
        expect(x < y).toBe(a < b)
      }),
      { seed: 7 },
    )
  })
})
