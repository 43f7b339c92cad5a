import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WordPool } from './word-pool.ts'

describe('word pool', () => {
  it('never lets two live runs share a word, and never hands out offset 0 (seed 11)', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 600 })), { maxLength: 120 }), (steps) => {
        const pool = new WordPool()
        const live: { at: number; length: number; mark: number }[] = []
        let mark = 1
        for (const [release, length] of steps) {
          const victim = release ? live.pop() : undefined
          if (victim !== undefined) pool.free(victim.at, victim.length)
          else {
            const at = pool.alloc(length)
            expect(at).toBeGreaterThan(0)
            pool.words.fill(mark, at, at + length)
            live.push({ at, length, mark: mark++ })
          }
          for (const run of live) {
            expect(pool.words.subarray(run.at, run.at + run.length).every((word) => word === run.mark)).toBe(true)
          }
        }
      }),
      { seed: 11, numRuns: 100 },
    )
  })

  it('reuses what was given back', () => {
    const pool = new WordPool()
    const at = pool.alloc(100)
    pool.free(at, 100)
    expect(pool.alloc(97)).toBe(at)
  })
})
