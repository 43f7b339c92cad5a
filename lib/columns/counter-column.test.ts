import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CounterColumn } from './counter-column.ts'

const push = (column: CounterColumn, row: number, value: bigint) =>
  column.push(row, Number(value >> 32n), Number(value & 0xffffffffn))
const EDGES = [0n, 1n, 0xffffffffn, 0x100000000n, (1n << 53n) - 1n, 1n << 53n, (1n << 63n) + 1n, (1n << 64n) - 1n]
const u64 = fc.oneof(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.constantFrom(...EDGES))

describe('CounterColumn', () => {
  it('takes the exact difference of any two 64-bit values and rounds it once', () => {
    fc.assert(
      fc.property(u64, u64, (previous, current) => {
        const column = new CounterColumn(2)
        push(column, 1, previous)
        push(column, 1, current)
        expect(column.delta(1)).toBe(Number(current - previous))
        expect(column.currentBigInt(1)).toBe(current)
      }),
      { seed: 64, numRuns: 2000 },
    )
  })

  it('has a difference only after two samples in a row', () => {
    const column = new CounterColumn(4)
    expect([column.hasDelta(2), column.currentBigInt(2)]).toEqual([false, null])
    push(column, 2, 5n)
    expect([column.hasDelta(2), column.currentBigInt(2)]).toEqual([false, 5n])
    push(column, 2, 8n)
    expect([column.hasDelta(2), column.delta(2)]).toEqual([true, 3])
    column.clear(2)
    expect([column.hasDelta(2), column.currentBigInt(2)]).toEqual([false, null])
    push(column, 2, 100n)
    expect([column.hasDelta(2), column.currentBigInt(2)]).toEqual([false, 100n])
  })

  it('keeps a value that may not be the end of an interval', () => {
    const column = new CounterColumn(1)
    push(column, 0, 5n)
    push(column, 0, 6n)
    column.forgetPrevious(0)
    expect([column.hasDelta(0), column.currentBigInt(0)]).toEqual([false, 6n])
    push(column, 0, 9n)
    expect([column.hasDelta(0), column.delta(0)]).toEqual([true, 3])
  })

  it('says that a counter went back by a negative difference', () => {
    const column = new CounterColumn(1)
    push(column, 0, 1n << 40n)
    push(column, 0, 1n)
    expect(column.delta(0)).toBe(1 - 2 ** 40)
  })

  it('keeps samples and neighbours when it grows', () => {
    const column = new CounterColumn(1)
    push(column, 0, 7n)
    push(column, 0, 9n)
    column.grow(100)
    push(column, 99, 1n)
    expect([column.delta(0), column.hasDelta(0), column.hasDelta(99)]).toEqual([2, true, false])
    column.grow(50)
    expect(column.currentBigInt(99)).toBe(1n)
  })
})
