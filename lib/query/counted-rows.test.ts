import { describe, expect, it } from 'vitest'
import { CodeTable } from '../columns/code-table.ts'
import { COUNTED_ON, countSeenTwice, keepCounted } from './counted-rows.ts'

/** Rows as `[host, uuid, counted on]`. */
function tableOf(rows: readonly (readonly [host: number, uuid: number, on?: string])[]): CodeTable {
  const table = new CodeTable()
  const column = table.addColumn(COUNTED_ON, 'dict16')
  rows.forEach(([host, uuid, on], row) => {
    table.bear(row, [host, uuid, 0, 0, 0], 1)
    if (on !== undefined) column.set(row, table.dictionaries.get(column.number)!.codeOf(on, 1), 1)
  })
  return table
}

function kept(table: CodeTable, rows: readonly number[]): number[] {
  const list = Uint32Array.from([...rows, 99])
  return [...list.subarray(0, keepCounted(table, list, rows.length))]
}

describe('rows that two connections see', () => {
  const table = tableOf([
    [0, 1],
    [0, 2],
    [1, 1, 'a'],
    [1, 2, 'a'],
    [1, 3],
    [2, 1, 'a'],
  ])

  it('count once, in the order of the rows', () => {
    expect(kept(table, [0, 1, 2, 3, 4, 5])).toEqual([0, 1, 4])
    expect(kept(table, [5, 4, 3, 2, 1, 0])).toEqual([4, 1, 0])
    expect(countSeenTwice(table)).toBe(3)
  })

  it('count where the rows that stand for them are not shown, then once as well', () => {
    expect(kept(table, [2, 3, 4])).toEqual([2, 3, 4])
    expect(kept(table, [2, 5])).toEqual([2])
    expect(kept(table, [3, 2, 0])).toEqual([3, 0])
  })

  it('change nothing where no domain is seen twice, or nobody told', () => {
    expect(
      kept(
        tableOf([
          [0, 1],
          [1, 1],
        ]),
        [1, 0],
      ),
    ).toEqual([1, 0])
    expect(kept(new CodeTable(), [])).toEqual([])
    expect(countSeenTwice(new CodeTable())).toBe(0)
  })
})
