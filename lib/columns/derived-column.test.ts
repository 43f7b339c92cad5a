import { describe, expect, it } from 'vitest'
import { DerivedColumn } from './derived-column.ts'

describe('DerivedColumn', () => {
  it('is known, unknown or reset, one at a time', () => {
    const column = new DerivedColumn(2)
    const read = () => [column.get(1), column.reset.get(1)]
    expect(read()).toEqual([null, false])
    column.setReset(1)
    expect(read()).toEqual([null, true])
    column.set(1, 0)
    expect(read()).toEqual([0, false])
    column.setReset(1)
    column.setUnknown(1)
    expect(read()).toEqual([null, false])
    expect(column.get(0)).toBe(null)
  })

  it('keeps its cells when it grows', () => {
    const column = new DerivedColumn(2)
    column.set(0, 5)
    column.setReset(1)
    column.grow(70)
    expect([column.get(0), column.reset.get(1), column.get(69), column.reset.get(69)]).toEqual([5, true, null, false])
  })
})
