import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createOrder } from './order.ts'

const SEED = 20_251

function naive(rows: number[], keys: { values: number[]; descending: boolean }[]): number[] {
  const at = new Map(rows.map((row, index) => [row, index]))
  return [...rows].sort((a, b) => {
    for (const { values, descending } of keys) {
      const x = values[a]!
      const y = values[b]!
      if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1
      if (x !== y && !Number.isNaN(x)) return (x < y ? -1 : 1) * (descending ? -1 : 1)
    }
    return at.get(a)! - at.get(b)!
  })
}

const value = fc.oneof(
  fc.float({ noNaN: false }),
  fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1, 2),
  fc.integer({ min: 0, max: 8 }),
)

describe('order', () => {
  it(`sorts as a comparator does, stable, unknown last in both directions (seed ${SEED})`, () => {
    const order = createOrder()
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { maxLength: 300 }),
        fc.boolean(),
        fc.boolean(),
        (pairs, first, second) => {
          const columns = [
            { values: pairs.map((pair) => Math.fround(pair[0])), descending: first },
            { values: pairs.map((pair) => Math.fround(pair[1])), descending: second },
          ]
          const rows = Uint32Array.from(pairs.keys())
          const expected = naive([...rows], columns)
          order.sort(
            rows,
            rows.length,
            columns.map(({ values, descending }) => ({
              descending,
              gather: (some, count, out) => {
                for (let i = 0; i < count; i++) out[i] = values[some[i]!]!
              },
            })),
          )
          expect([...rows]).toEqual(expected)
        },
      ),
      { seed: SEED, numRuns: 500 },
    )
  })

  it('leaves rows beyond the count alone', () => {
    const rows = Uint32Array.of(3, 2, 1, 9, 8)
    createOrder().sort(rows, 3, [
      { descending: false, gather: (some, count, out) => out.set([...some.subarray(0, count)]) },
    ])
    expect([...rows]).toEqual([1, 2, 3, 9, 8])
  })

  it('keeps its scratch memory from one call to the next', () => {
    const order = createOrder()
    const keys = [
      {
        descending: true,
        gather: (some: Uint32Array, count: number, out: Float32Array) => out.set(some.subarray(0, count)),
      },
    ]
    for (const count of [10, 1000, 3]) {
      const rows = Uint32Array.from({ length: count }, (_, i) => (i * 7919) % count)
      order.sort(rows, count, keys)
      expect([...rows]).toEqual(Array.from({ length: count }, (_, i) => count - 1 - i))
    }
  })
})
