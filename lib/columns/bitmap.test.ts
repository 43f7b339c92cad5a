import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bitmap } from './bitmap.ts'

describe('Bitmap', () => {
  it('agrees with a set of numbers while it grows', () => {
    const index = fc.nat({ max: 300 })
    const operation = fc.tuple(fc.constantFrom('set', 'clear', 'grow'), index)
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 80 }), (operations) => {
        const bitmap = new Bitmap(1)
        const naive = new Set<number>()
        let capacity = 1
        for (const [name, at] of operations) {
          if (name === 'grow' || at >= capacity) {
            capacity = Math.max(capacity, at + 1)
            bitmap.grow(capacity)
          }
          if (name === 'set') naive.add(at)
          if (name === 'clear') naive.delete(at)
          if (name !== 'grow') bitmap[name as 'set' | 'clear'](at)
        }
        const found = Array.from({ length: 400 }, (_, at) => at).filter((at) => bitmap.get(at))
        expect(found).toEqual([...naive].sort((a, b) => a - b))
      }),
      { seed: 1 },
    )
  })

  it('reads bits beyond its capacity as absent', () => {
    expect(new Bitmap().get(1000)).toBe(false)
  })

  it('holds bit 31 of a word without touching its neighbours', () => {
    const bitmap = new Bitmap(64)
    bitmap.set(31)
    bitmap.set(32)
    bitmap.clear(32)
    expect([30, 31, 32, 63].map((at) => bitmap.get(at))).toEqual([false, true, false, false])
    expect(bitmap.words[0]).toBe(0x80000000)
  })
})
