import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_ROW, RowIndex } from './row-index.ts'

const key = fc.tuple(fc.nat(2), fc.nat(3), fc.nat(3), fc.constant(0), fc.nat(1))
const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), key }),
  fc.record({ kind: fc.constant('remove' as const), key }),
  fc.record({ kind: fc.constant('recycle' as const), key }),
)

describe('row index', () => {
  it('agrees with a map through any history of additions, removals and reuse (seed 7)', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const index = new RowIndex()
        const model = new Map<string, number>()
        const quarantined = new Set<number>()
        for (const { kind, key } of steps) {
          const text = key.join()
          const row = index.find(...key)
          expect(row).toBe(model.get(text) ?? NO_ROW)
          if (kind === 'add' && row === NO_ROW) {
            const added = index.add(...key)
            expect(quarantined.has(added)).toBe(false)
            expect([...model.values()]).not.toContain(added)
            model.set(text, added)
          } else if (kind === 'remove' && row !== NO_ROW) {
            index.remove(row)
            model.delete(text)
            quarantined.add(row)
          } else if (kind === 'recycle') {
            index.recycle()
            quarantined.clear()
          }
          expect(index.size).toBe(model.size)
        }
        for (const [text, row] of model) {
          const [h, a, b, c, d] = text.split(',').map(Number)
          expect(index.find(h!, a!, b!, c!, d!)).toBe(row)
          // Hosts have one digit here, so that the order of the texts is that of the hosts.
          const sameUuid = [...model].filter(([other]) => other.endsWith([a, b, c, d].join())).sort()
          expect(index.findAll(a!, b!, c!, d!)).toEqual(sameUuid.map(([, one]) => one))
        }
      }),
      { seed: 7, numRuns: 300 },
    )
  })

  it('finds every one of 20,000 UUIDs that differ in their last word only', () => {
    const index = new RowIndex()
    const rows = Array.from({ length: 20_000 }, (_, i) => index.add(1, 0xdead, 0xbeef, 0, i))
    expect(rows.every((row, i) => index.find(1, 0xdead, 0xbeef, 0, i) === row)).toBe(true)
    expect(index.find(2, 0xdead, 0xbeef, 0, 5)).toBe(NO_ROW)
    expect(index.findAll(0xdead, 0xbeef, 0, 5)).toEqual([rows[5]])
    expect(index.findAll(0xdead, 0xbeef, 1, 5)).toEqual([])
  })
})
