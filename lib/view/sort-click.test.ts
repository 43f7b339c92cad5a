import { describe, expect, it } from 'vitest'
import { columnSortKey } from './sort-click.ts'

const cpu = { column: 'cpuPercent', descending: true }
const name = { column: 'name', descending: false }

describe('sort by click', () => {
  it('makes the column the only key, in the direction it opens in', () => {
    expect(columnSortKey([name, cpu], cpu, false)).toEqual([cpu])
  })

  it('turns the first key round', () => {
    expect(columnSortKey([cpu], cpu, false)).toEqual([{ column: 'cpuPercent', descending: false }])
  })

  it('adds a further key with shift, and turns it round the second time', () => {
    const added = columnSortKey([cpu], name, true)
    expect(added).toEqual([cpu, name])
    expect(columnSortKey(added, name, true)).toEqual([cpu, { column: 'name', descending: true }])
  })

  it('replaces the last key when there are too many', () => {
    const three = [cpu, name, { column: 'host', descending: false }]
    expect(columnSortKey(three, { column: 'age', descending: true }, true)).toEqual([
      cpu,
      name,
      { column: 'age', descending: true },
    ])
  })
})
