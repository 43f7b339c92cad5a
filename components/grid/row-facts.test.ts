import { describe, expect, it } from 'vitest'
import { CodeTable } from '../../lib/columns/code-table.ts'
import { encodeUfloat16 } from '../../lib/columns/encodings.ts'
import { findColumn } from '../../lib/view/grid-columns.ts'
import type { LiveException, LiveFreshness, LiveHostState } from '../live/live-fleet.ts'
import { ageOf, stateOf } from './row-facts.ts'
import { cellText, rowsAsTsv } from './row-values.ts'

function fixture(hostState: LiveHostState = 'up') {
  const domains = new CodeTable()
  const hosts = new CodeTable()
  domains.addText('name')
  hosts.addText('name')
  hosts.bear(0, [], 1)
  hosts.text('name')!.set(0, 'kvm-01', 1)
  const words = ['running', 'shut off']
  const state = domains.addColumn('state', 'dict16')
  for (const id of ['cpuPercent', 'memoryUsedPercent', 'rssKiB']) domains.addColumn(id, 'ufloat16')
  for (const [row, word] of words.entries()) {
    domains.bear(row, [0, row, 0, 0, 0], 1)
    domains.text('name')!.set(row, row === 0 ? '=web' : 'db', 1)
    state.set(row, domains.dictionaries.get(state.number)!.codeOf(word, 1), 1)
  }
  const freshness: LiveFreshness[] = [
    {
      state: hostState,
      sampledAt: Float64Array.of(9000, 2000, 2000, 2000, 9000, 2000),
      intervalMs: Float64Array.of(1000, 2000, 2000, 2000, 1000, 2000),
    },
  ]
  const exceptions = new Map<number, LiveException>()
  return { fleet: { domains, hosts, offset: 1, freshness, exceptions }, exceptions }
}

describe('row facts', () => {
  it('shows unknown for rows of a host out of reach, whatever was read last', () => {
    expect(stateOf(fixture().fleet, 0)).toBe('running')
    expect(stateOf(fixture('busy').fleet, 0)).toBe('running')
    expect(stateOf(fixture('unreachable').fleet, 0)).toBe('unknown')
  })

  it('gives a running row the age of its oldest group, and a shut-off one that of its state', () => {
    const { fleet } = fixture()
    expect(ageOf(fleet, 0, 10_000)).toBe(6000)
    expect(ageOf(fleet, 1, 10_000)).toBe(0)
  })

  it('counts a partial row from when it was last complete', () => {
    const { fleet, exceptions } = fixture()
    exceptions.set(0, { partialGroups: 32, since: -5000 })
    expect(ageOf(fleet, 0, 10_000)).toBe(15_000)
  })

  it('counts a shut-off row from its last roster when rosters do not come, however fresh the host is [SY31]', () => {
    const { fleet, exceptions } = fixture()
    exceptions.set(1, { partialGroups: 1, since: -31_000 })
    expect(ageOf(fleet, 1, 10_000)).toBe(41_000)
  })

  it('shows RSS as RSS where the guest says nothing about its memory', () => {
    const { fleet } = fixture()
    const column = findColumn('memoryUsedPercent')!
    fleet.domains.column('rssKiB')!.set(0, encodeUfloat16(1024 * 1024), 1)
    expect(cellText(fleet, 0, column, 0)).toBe('1.0 GiB RSS')
    fleet.domains.column('memoryUsedPercent')!.set(0, encodeUfloat16(50), 1)
    expect(cellText(fleet, 0, column, 0)).toBe('50.0 %')
    expect(cellText(fleet, 1, column, 0)).toBe('–')
  })

  it('copies rows with units in the header, plain numbers and empty cells for unknown', () => {
    const { fleet } = fixture()
    fleet.domains.column('cpuPercent')!.set(0, encodeUfloat16(12.3), 1)
    const columns = ['name', 'state', 'cpuPercent'].map((id) => findColumn(id)!)
    expect(rowsAsTsv(fleet, [0, 1], columns, 0)).toBe("Name\tState\tCPU (%)\n'=web\trunning\t12.297\ndb\tshut off\t")
  })
})
