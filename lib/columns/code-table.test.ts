import { describe, expect, it } from 'vitest'
import { CodeTable, KEY_WORDS } from './code-table.ts'
import { UNKNOWN_16, UNKNOWN_32 } from './encodings.ts'

const KEY = [1, 0xdeadbeef, 3, 4, 5]

function twoColumns() {
  const table = new CodeTable()
  const cpu = table.addColumn('cpuPercent', 'ufloat16')
  const bytes = table.addColumn('bytes', 'u32')
  const name = table.addText('name')
  return { table, cpu, bytes, name }
}

describe('CodeTable', () => {
  it('numbers its columns as they come and finds them by id', () => {
    const { table, cpu, bytes, name } = twoColumns()
    expect([cpu.number, bytes.number, name.number]).toEqual([0, 1, 0])
    expect([table.column('bytes'), table.column('none'), table.text('name'), table.text('none')]).toEqual([
      bytes,
      null,
      name,
      null,
    ])
  })

  it('has a dictionary for each dict16 column and for no other', () => {
    const { table } = twoColumns()
    const state = table.addColumn('state', 'dict16')
    expect([...table.dictionaries.keys()]).toEqual([state.number])
  })

  it('bears a row with its key, every cell unknown and every text empty', () => {
    const { table, cpu, bytes, name } = twoColumns()
    table.bear(70, KEY, 9)
    expect([table.isAlive(70), table.isAlive(69), table.aliveCount, table.rowLimit]).toEqual([true, false, 1, 71])
    expect([...table.keys.subarray(70 * KEY_WORDS, 71 * KEY_WORDS)]).toEqual(KEY)
    expect([cpu.codes[70], bytes.codes[70], name.get(70)]).toEqual([UNKNOWN_16, UNKNOWN_32, ''])
    expect([table.bornAt[70], table.rosterChangedAt, table.generation[70]]).toEqual([9, 9, 1])
  })

  it('keeps the cells of a buried row until the slot is used again, with a new generation', () => {
    const { table, cpu, name } = twoColumns()
    table.bear(0, KEY, 1)
    cpu.set(0, 77, 2)
    name.set(0, 'web', 2)
    table.bury(0, 3)
    expect([table.isAlive(0), table.aliveCount, cpu.codes[0], name.get(0)]).toEqual([false, 0, 77, 'web'])
    table.bear(0, [2, 2, 2, 2, 2], 4)
    expect([table.isAlive(0), table.generation[0], cpu.codes[0], name.get(0)]).toEqual([true, 2, UNKNOWN_16, ''])
    expect([cpu.changedAt[0], cpu.lastChangedAt, name.changedAt[0]]).toEqual([4, 4, 4])
  })

  it('buries a row once', () => {
    const { table } = twoColumns()
    table.bear(0, KEY, 1)
    table.bury(0, 2)
    table.bury(0, 3)
    expect([table.diedAt[0], table.aliveCount, table.rosterChangedAt]).toEqual([2, 0, 2])
  })

  it('keeps everything when it grows, and makes new cells unknown', () => {
    const { table, cpu, bytes, name } = twoColumns()
    table.bear(1, KEY, 1)
    cpu.set(1, 5, 2)
    name.set(1, 'db', 2)
    table.grow(1000)
    const late = table.addColumn('late', 'u16')
    expect([cpu.codes[1], cpu.changedAt[1], name.get(1), name.get(999)]).toEqual([5, 2, 'db', ''])
    expect([cpu.codes[999], bytes.codes[999], late.codes[1]]).toEqual([UNKNOWN_16, UNKNOWN_32, UNKNOWN_16])
    expect(table.keys[KEY_WORDS + 1]).toBe(0xdeadbeef)
  })

  it('stamps a cell only when its code is new', () => {
    const { table, cpu } = twoColumns()
    table.bear(0, KEY, 1)
    cpu.set(0, 5, 2)
    cpu.set(0, 5, 3)
    expect([cpu.changedAt[0], cpu.lastChangedAt]).toEqual([2, 2])
  })
})
