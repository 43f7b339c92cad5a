import { describe, expect, it } from 'vitest'
import { TextColumn } from './text-column.ts'

describe('TextColumn', () => {
  it('reads a row without text as empty, inside and outside its capacity', () => {
    const column = new TextColumn('name', 0, 4)
    expect([column.get(0), column.get(99)]).toEqual(['', ''])
  })

  it('stamps a row when its text changes, and only then', () => {
    const column = new TextColumn('name', 0, 4)
    column.set(1, 'web-01', 5)
    column.set(1, 'web-01', 6)
    expect([column.get(1), column.changedAt[1], column.lastChangedAt]).toEqual(['web-01', 5, 5])
    column.set(1, 'web-02', 7)
    expect([column.get(1), column.changedAt[1], column.lastChangedAt]).toEqual(['web-02', 7, 7])
    column.set(2, '', 8)
    expect([column.changedAt[2], column.lastChangedAt]).toEqual([0, 7])
  })

  it('keeps texts and stamps when it grows', () => {
    const column = new TextColumn('name', 0, 1)
    column.set(0, 'db', 3)
    column.grow(50)
    column.set(49, 'last', 4)
    expect([column.get(0), column.changedAt[0], column.get(49), column.changedAt[49]]).toEqual(['db', 3, 'last', 4])
  })
})
