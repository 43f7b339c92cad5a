import { describe, expect, it } from 'vitest'
import { CodeTable } from '../../lib/columns/code-table.ts'
import { encodeUfloat16 } from '../../lib/columns/encodings.ts'
import { PartialCause } from '../../lib/metrics/partial-cause.ts'
import { ACTIVE_READINGS, INACTIVE_READINGS } from '../../lib/query/freshness.ts'
import { findColumn } from '../../lib/view/grid-columns.ts'
import type { LiveException, LiveFreshness, LiveHostState } from '../live/live-fleet.ts'
import { ageOf, agesOf, readingsOf, stateOf } from './row-facts.ts'
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
      sampledAt: Float64Array.of(9000, 2000, 2000, 2000, 9000, 2000, 5500),
      intervalMs: Float64Array.of(1000, 2000, 2000, 2000, 1000, 2000, 10_000),
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

  it('[SY33] gives a running row the time since its oldest sample, and a shut-off one that since the roster', () => {
    const { fleet } = fixture()
    expect(ageOf(fleet, 0, 10_000)).toBe(8000)
    expect(agesOf(fleet, 0, ACTIVE_READINGS, 10_000)).toEqual({ ageMs: 8000, overdueMs: 6000, level: 1, oldest: 1 })
    expect(ageOf(fleet, 1, 10_000)).toBe(4500)
    expect(readingsOf(fleet, 1)).toBe(INACTIVE_READINGS)
  })

  it('[SY31] counts what a partial row lacks from its own last sample', () => {
    const { fleet, exceptions } = fixture()
    const sampledAt = Float64Array.of(Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, -5000)
    exceptions.set(0, { partialGroups: 32, cause: PartialCause.Stuck, sampledAt })
    expect(ageOf(fleet, 0, 10_000)).toBe(15_000)
  })

  it('[SY31] counts a row that was read by itself from that', () => {
    const { fleet, exceptions } = fixture()
    const sampledAt = Float64Array.of(Number.NaN, 9500, 9500, 9500, Number.NaN, 9500)
    exceptions.set(0, { partialGroups: 0, cause: PartialCause.None, sampledAt })
    expect(ageOf(fleet, 0, 10_000)).toBe(1000)
  })

  it('knows no age of a row whose host has told nothing', () => {
    const { fleet } = fixture()
    expect(cellText({ ...fleet, freshness: [] }, 0, findColumn('age')!, 10_000)).toBe('–')
    expect(cellText(fleet, 0, findColumn('age')!, 10_990)).toBe('8 s')
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
