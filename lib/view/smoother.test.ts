import { describe, expect, it } from 'vitest'
import { CodeTable } from '../columns/code-table.ts'
import { encodeUfloat16, UNKNOWN_16 } from '../columns/encodings.ts'
import { Smoother } from './smoother.ts'

function fixture() {
  const table = new CodeTable()
  const column = table.addColumn('cpuPercent', 'ufloat16')
  table.bear(0, [], 1)
  table.bear(1, [], 1)
  const set = (row: number, value: number) =>
    column.set(row, Number.isNaN(value) ? UNKNOWN_16 : encodeUfloat16(value), 1)
  return { table, column, set, smoother: new Smoother() }
}

describe('smoother', () => {
  it('starts with the value and follows it with a time constant of five seconds', () => {
    const { table, column, set, smoother } = fixture()
    set(0, 0)
    smoother.update(column, table, 1000)
    set(0, 100)
    smoother.update(column, table, 6000)
    expect(smoother.values[0]).toBeCloseTo(100 * (1 - Math.exp(-1)), 3)
  })

  it('gives the same mean however often it is asked within the time', () => {
    const { table, column, set, smoother } = fixture()
    set(0, 0)
    smoother.update(column, table, 0)
    set(0, 100)
    for (let now = 100; now <= 5000; now += 100) smoother.update(column, table, now)
    expect(smoother.values[0]).toBeCloseTo(100 * (1 - Math.exp(-1)), 2)
  })

  it('is unknown at once when the value is, and starts anew after it', () => {
    const { table, column, set, smoother } = fixture()
    set(0, 80)
    smoother.update(column, table, 0)
    set(0, Number.NaN)
    smoother.update(column, table, 1000)
    expect(smoother.values[0]).toBeNaN()
    set(0, 10)
    smoother.update(column, table, 2000)
    expect(smoother.values[0]).toBe(10)
  })

  it('forgets the past of a slot that another domain uses now', () => {
    const { table, column, set, smoother } = fixture()
    set(1, 90)
    smoother.update(column, table, 0)
    table.bury(1, 2)
    table.bear(1, [], 3)
    set(1, 2)
    smoother.update(column, table, 1000)
    expect(smoother.values[1]).toBe(2)
  })
})
