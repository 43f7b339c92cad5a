import { describe, expect, it } from 'vitest'
import { CodeTable } from '../../../lib/columns/code-table.ts'
import { encodeUfloat16, UNKNOWN_16 } from '../../../lib/columns/encodings.ts'
import { parseFilter } from '../../../lib/query/filter.ts'
import type { LiveException, LiveFleet, LiveFreshness } from '../../live/live-fleet.ts'
import { GridModel } from './grid-model.ts'

function fleetOf(rows: readonly { name: string; cpu: number }[]) {
  const domains = new CodeTable()
  const hosts = new CodeTable()
  domains.addText('name')
  domains.addColumn('cpuPercent', 'ufloat16')
  hosts.addText('name')
  hosts.bear(0, [], 1)
  hosts.text('name')!.set(0, 'kvm-01', 1)
  const freshness: (LiveFreshness | undefined)[] = []
  const exceptions = new Map<number, LiveException>()
  const fleet: LiveFleet = { domains, hosts, offset: 1, freshness, exceptions }
  const setCpu = (row: number, value: number, offset = 1) =>
    domains.column('cpuPercent')!.set(row, Number.isNaN(value) ? UNKNOWN_16 : encodeUfloat16(value), offset)
  const bear = (row: number, name: string, cpu: number, offset = 1) => {
    domains.bear(row, [0, row, 0, 0, 0], offset)
    domains.text('name')!.set(row, name, offset)
    setCpu(row, cpu, offset)
  }
  for (const [row, { name, cpu }] of rows.entries()) bear(row, name, cpu)
  return { fleet, setCpu, bear }
}

const shown = (model: GridModel) => [...model.rows.subarray(0, model.count)]
const byCpu = [{ column: 'cpuPercent', descending: true }]

describe('grid model', () => {
  it('sorts at once, then calmly every five seconds', () => {
    const { fleet, setCpu } = fleetOf([
      { name: 'a', cpu: 10 },
      { name: 'b', cpu: 20 },
    ])
    const model = new GridModel()
    model.setSort(byCpu, 0)
    expect(model.refresh(fleet, 3000, false, false)).toBe(true)
    expect(shown(model)).toEqual([1, 0])
    setCpu(0, 90)
    expect(model.refresh(fleet, 4000, false, false)).toBe(false)
    expect(shown(model)).toEqual([1, 0])
    expect(model.refresh(fleet, 8000, false, false)).toBe(true)
    expect(shown(model)).toEqual([0, 1])
  })

  it('sorts the first rows that come, however soon after it had none to sort', () => {
    const { fleet, bear } = fleetOf([])
    const model = new GridModel()
    model.setSort(byCpu, 0)
    model.refresh(fleet, 3000, false, false)
    expect(model.refresh(fleet, 3010, false, false)).toBe(false)
    for (const [row, cpu] of [10, 30, 20].entries()) bear(row, `vm-${row}`, cpu, 2)
    expect(model.refresh(fleet, 3020, true, false)).toBe(true)
    expect(shown(model)).toEqual([1, 2, 0])
  })

  it('sorts by a smoothed value: one spike moves no row', () => {
    const { fleet, setCpu } = fleetOf([
      { name: 'a', cpu: 10 },
      { name: 'b', cpu: 50 },
    ])
    const model = new GridModel()
    model.setSort(byCpu, 0)
    for (let now = 0; now <= 9000; now += 100) model.refresh(fleet, now, false, false)
    setCpu(0, 100)
    model.refresh(fleet, 10_000, false, false)
    setCpu(0, 10)
    model.refresh(fleet, 10_100, false, false)
    model.refresh(fleet, 15_000, false, false)
    expect(shown(model)).toEqual([1, 0])
  })

  it('holds the order while asked to, and still takes rows in and out', () => {
    const { fleet, setCpu, bear } = fleetOf([
      { name: 'a', cpu: 10 },
      { name: 'b', cpu: 20 },
      { name: 'c', cpu: 30 },
    ])
    const model = new GridModel()
    model.setSort(byCpu, 0)
    model.refresh(fleet, 3000, true, false)
    expect(shown(model)).toEqual([2, 1, 0])
    setCpu(0, 99)
    expect(model.refresh(fleet, 20_000, true, false)).toBe(false)
    fleet.domains.bury(1, 2)
    bear(3, 'd', 50, 2)
    expect(model.refresh(fleet, 21_000, true, false)).toBe(true)
    expect(shown(model)).toEqual([2, 0, 3])
    expect([...model.places.subarray(0, 4)]).toEqual([1, -1, 0, 2])
  })

  it('answers a new sort and a new filter while it holds', () => {
    const { fleet } = fleetOf([
      { name: 'web-10', cpu: 10 },
      { name: 'web-9', cpu: 20 },
      { name: 'db', cpu: 30 },
    ])
    const model = new GridModel()
    model.setSort(byCpu, 0)
    model.refresh(fleet, 3000, true, false)
    model.setSort([{ column: 'name', descending: false }], 3100)
    model.refresh(fleet, 3100, true, false)
    expect(shown(model)).toEqual([2, 1, 0])
    const parsed = parseFilter('web')
    if (!parsed.ok) throw new Error(parsed.message)
    model.setFilter(parsed.filter, 3200)
    model.refresh(fleet, 3200, true, true)
    expect(shown(model)).toEqual([1, 0])
  })

  it('follows a rename in filter and order', () => {
    const { fleet } = fleetOf([
      { name: 'a', cpu: 1 },
      { name: 'b', cpu: 2 },
    ])
    const model = new GridModel()
    model.setSort([{ column: 'name', descending: false }], 0)
    model.refresh(fleet, 3000, false, false)
    fleet.domains.text('name')!.set(0, 'z', 2)
    model.refresh(fleet, 9000, false, false)
    expect(shown(model)).toEqual([1, 0])
  })

  it('sorts again when a column arrives late', () => {
    const { fleet } = fleetOf([
      { name: 'a', cpu: 1 },
      { name: 'b', cpu: 2 },
    ])
    const model = new GridModel()
    model.setSort([{ column: 'diskIops', descending: true }], 0)
    model.refresh(fleet, 10, true, false)
    expect(shown(model)).toEqual([0, 1])
    const iops = fleet.domains.addColumn('diskIops', 'ufloat16')
    iops.set(1, encodeUfloat16(500), 2)
    model.refresh(fleet, 900, true, false)
    expect(shown(model)).toEqual([1, 0])
  })
})
