import { describe, expect, it } from 'vitest'
import { CodeTable } from '../../lib/columns/code-table.ts'
import { Selection } from './selection.ts'

function table() {
  const domains = new CodeTable()
  for (let row = 0; row < 5; row++) domains.bear(row, [], 1)
  return domains
}

const rows = Uint32Array.of(4, 2, 0, 1, 3)
const places = Int32Array.of(2, 3, 1, 4, 0)

describe('selection', () => {
  it('extends from the row that was toggled last, in the order that is shown', () => {
    const selection = new Selection()
    const domains = table()
    selection.toggle(2, domains)
    selection.extendTo(1, rows, places, domains)
    expect(selection.inOrder(places)).toEqual([2, 0, 1])
  })

  it('extends upwards too, and alone picks one row', () => {
    const selection = new Selection()
    const domains = table()
    selection.extendTo(0, rows, places, domains)
    expect(selection.inOrder(places)).toEqual([0])
    selection.extendTo(4, rows, places, domains)
    expect(selection.inOrder(places)).toEqual([4, 2, 0])
  })

  it('drops a row whose domain is gone, also when its slot lives on', () => {
    const selection = new Selection()
    const domains = table()
    selection.toggle(1, domains)
    selection.toggle(3, domains)
    domains.bury(1, 2)
    domains.bury(3, 2)
    domains.bear(3, [], 3)
    selection.prune(domains)
    expect(selection.size).toBe(0)
  })
})
