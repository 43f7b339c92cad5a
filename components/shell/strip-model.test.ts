import { describe, expect, it } from 'vitest'
import { CodeTable } from '../../lib/columns/code-table.ts'
import { encodeUfloat16 } from '../../lib/columns/encodings.ts'
import type { LiveFreshness, LiveHostState } from '../live/live-fleet.ts'
import { StripModel } from './strip-model.ts'

function fleetOf(hostStates: readonly LiveHostState[], states: readonly string[]) {
  const domains = new CodeTable()
  const hosts = new CodeTable()
  const state = domains.addColumn('state', 'dict16')
  const iops = domains.addColumn('diskIops', 'ufloat16')
  const words = domains.dictionaries.get(state.number)!
  for (const row of hostStates.keys()) hosts.bear(row, [], 1)
  for (const [row, word] of states.entries()) {
    domains.bear(row, [row % hostStates.length, row, 0, 0, 0], 1)
    state.set(row, words.codeOf(word, 1), 1)
    iops.set(row, encodeUfloat16(100), 1)
  }
  const freshness: LiveFreshness[] = hostStates.map((one) => ({
    state: one,
    sampledAt: new Float64Array(6),
    intervalMs: new Float64Array(6),
  }))
  return { domains, hosts, offset: 1, freshness, exceptions: new Map() }
}

describe('totals strip', () => {
  it('counts domains by state, and hosts', () => {
    const fleet = fleetOf(['up', 'busy'], ['running', 'paused', 'shut off', 'crashed', 'in shutdown', 'dreaming'])
    const numbers = new StripModel().read(fleet)
    expect(numbers.domains).toEqual({ running: 2, paused: 1, off: 1, unknown: 1 })
    expect(numbers.crashed).toBe(1)
    expect(numbers.hosts).toEqual({ up: 2, unreachable: 0, connecting: 0 })
    expect(numbers.diskIops).toBe(600)
  })

  it('counts rows of a host out of reach as unknown, and leaves their last values out of every sum', () => {
    const fleet = fleetOf(['up', 'unreachable'], ['running', 'running', 'running', 'running'])
    const numbers = new StripModel().read(fleet)
    expect(numbers.domains).toEqual({ running: 2, paused: 0, off: 0, unknown: 2 })
    expect(numbers.diskIops).toBe(200)
  })

  it('is unknown where a column is not there yet', () => {
    expect(new StripModel().read(fleetOf(['up'], ['running'])).coresUsed).toBeNaN()
  })
})
