import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CodeColumn } from '../columns/code-column.ts'
import { DerivedColumn } from '../columns/derived-column.ts'
import { encodeCell, isSaturated, RESET_16, RESET_32, unknownCode } from '../columns/encodings.ts'
import type { Encoding } from '../metrics/types.ts'
import { writeCodes } from './write-codes.ts'

const ENCODINGS: readonly Encoding[] = ['ufloat16', 'sfloat16', 'u16', 'u32', 'dict16']
const ROWS = 70

const value = fc.oneof(
  fc.constantFrom<'unknown' | 'reset'>('unknown', 'reset'),
  fc.constantFrom(0, -0.1, 1, 65_519.5, 65_520, 4_294_967_279.5, 3e14, 1e300),
  fc.double({ min: 0, max: 1e6, noNaN: true }),
  fc.double({ min: -10, max: 10, noNaN: true }),
)
type Value = number | 'unknown' | 'reset'
const commit = fc.array(fc.tuple(fc.nat({ max: ROWS - 1 }), value), { maxLength: 40 })

function naiveCode(encoding: Encoding, cell: Value): number {
  if (cell === 'unknown') return unknownCode(encoding)
  if (cell === 'reset') return encoding === 'u32' ? RESET_32 : RESET_16
  return encodeCell(encoding, cell)
}

function store(column: DerivedColumn, row: number, cell: Value): void {
  if (cell === 'unknown') column.setUnknown(row)
  else if (cell === 'reset') column.setReset(row)
  else column.set(row, cell)
}

describe('writeCodes', () => {
  for (const encoding of ENCODINGS) {
    it(`writes what encodeCell gives, stamps only what changed, counts what saturates: ${encoding} [RA12]`, () => {
      fc.assert(
        fc.property(fc.array(commit, { maxLength: 8 }), (commits) => {
          const column = new DerivedColumn(ROWS)
          const fast = new CodeColumn('any', 0, encoding, ROWS)
          const naive = new CodeColumn('any', 0, encoding, ROWS)
          commits.forEach((cells, index) => {
            const offset = index + 1
            const last = new Map(cells)
            for (const [row, cell] of last) store(column, row, cell)
            const rows = Int32Array.from(last.keys())
            const saturated = writeCodes([column], [fast], rows, rows.length, offset)
            for (const [row, cell] of last) naive.set(row, naiveCode(encoding, cell), offset)
            const expected = [...last.values()].filter(
              (cell) => typeof cell === 'number' && isSaturated(encoding, cell),
            )
            expect(saturated).toBe(expected.length)
          })
          expect(fast.codes).toEqual(naive.codes)
          expect(fast.changedAt).toEqual(naive.changedAt)
          expect(fast.lastChangedAt).toBe(naive.lastChangedAt)
        }),
        { seed: 9 },
      )
    })
  }

  it('leaves rows alone that are not in the list', () => {
    const column = new DerivedColumn(4)
    column.set(0, 1)
    column.set(1, 2)
    const target = new CodeColumn('any', 0, 'ufloat16', 4)
    writeCodes([column], [target], Int32Array.of(1, 0), 1, 7)
    expect([...target.changedAt]).toEqual([0, 7, 0, 0])
  })
})
