import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChildTable, NO_CHILD } from './child-table.ts'

const PARENTS = 4

function chain(children: ChildTable<'disk'>, parent: number): number[] {
  const slots: number[] = []
  for (let slot = children.first[parent]!; slot !== NO_CHILD; slot = children.next[slot]!) slots.push(slot)
  return slots
}

function table(): ChildTable<'disk'> {
  const children = new ChildTable('disk')
  children.growParents(PARENTS)
  return children
}

describe('ChildTable', () => {
  it('keeps the children of each domain apart and in order, whatever comes and goes', () => {
    const operation = fc.tuple(
      fc.constantFrom('add', 'add', 'add', 'remove', 'removeAll'),
      fc.nat({ max: PARENTS - 1 }),
      fc.nat(),
    )
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 150 }), (operations) => {
        const children = table()
        const naive: { slot: number; name: string }[][] = Array.from({ length: PARENTS }, () => [])
        operations.forEach(([name, parent, pick], index) => {
          const mine = naive[parent]!
          if (name === 'add') mine.push({ slot: children.add(parent, index, `d${index}`), name: `d${index}` })
          if (name === 'remove' && mine.length > 0) children.remove(mine.splice(pick % mine.length, 1)[0]!.slot)
          if (name === 'removeAll') {
            children.removeAll(parent)
            mine.length = 0
          }
        })
        const found = naive.map((_, parent) =>
          chain(children, parent).map((slot) => ({ slot, name: children.names[slot]! })),
        )
        expect(found).toEqual(naive)
        expect(children.count).toBe(naive.flat().length)
        naive.forEach((mine, parent) => {
          for (const { slot } of mine) expect(children.parent[slot]).toBe(parent)
        })
      }),
      { seed: 4 },
    )
  })

  it('gives a slot that is used again without the values of the child before', () => {
    const children = table()
    const reqs = children.wire.counters['block.*.rd.reqs']
    const slot = children.add(1, 0, 'vda')
    reqs.push(slot, 0, 5)
    reqs.push(slot, 0, 6)
    children.wire.gauges['block.*.capacity'].set(slot, 10)
    children.remove(slot)
    expect(children.parent[slot]).toBe(-1)
    expect(children.add(2, 3, 'vdb')).toBe(slot)
    expect([reqs.currentBigInt(slot), children.wire.gauges['block.*.capacity'].get(slot)]).toEqual([null, null])
    expect([children.ordinal[slot], children.names[slot]]).toEqual([3, 'vdb'])
  })

  it('has no children for a domain row that is new', () => {
    const children = table()
    children.growParents(100)
    expect(chain(children, 99)).toEqual([])
    children.removeAll(99)
    expect(children.count).toBe(0)
  })
})
