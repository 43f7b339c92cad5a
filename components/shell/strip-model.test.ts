import { describe, expect, it } from 'vitest'
import { CodeTable } from '../../lib/columns/code-table.ts'
import { encodeUfloat16 } from '../../lib/columns/encodings.ts'
import type { HostStatus } from '../hosts/host-status.ts'
import type { LiveFreshness, LiveHostState } from '../live/live-fleet.ts'
import { capacityOf, StripModel } from './strip-model.ts'

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

  it('counts a machine and a domain once that two connections see [RA60]', () => {
    const fleet = fleetOf(['up', 'up', 'up'], ['running', 'running', 'running', 'paused', 'paused', 'running'])
    const on = fleet.domains.addColumn('countedOn', 'dict16')
    const as = fleet.hosts.addColumn('countedAs', 'dict16')
    // The second host is the first one again; the third is another machine.
    for (const row of [1, 4]) on.set(row, fleet.domains.dictionaries.get(on.number)!.codeOf('kvm-01', 1), 1)
    as.set(1, fleet.hosts.dictionaries.get(as.number)!.codeOf('kvm-01', 1), 1)
    const numbers = new StripModel().read(fleet)
    expect(numbers.domains).toEqual({ running: 3, paused: 1, off: 0, unknown: 0 })
    expect(numbers.hosts).toEqual({ up: 2, unreachable: 0, connecting: 0 })
    expect(numbers.diskIops).toBe(400)
  })

  it('shows a connection as out of reach also where another one stands for its machine', () => {
    const fleet = fleetOf(['unreachable', 'up'], [])
    const as = fleet.hosts.addColumn('countedAs', 'dict16')
    as.set(0, fleet.hosts.dictionaries.get(as.number)!.codeOf('kvm-02', 1), 1)
    expect(new StripModel().read(fleet).hosts).toEqual({ up: 1, unreachable: 1, connecting: 0 })
  })

  it('has the CPUs and memory of every machine in reach once [RA60]', () => {
    const host = (over: Partial<HostStatus>) =>
      ({ state: 'up', cpus: 8, memoryKiB: 100, countedAs: null, ...over }) as HostStatus
    const hosts = [host({}), host({ countedAs: 'kvm-01' }), host({ state: 'unreachable' }), host({ state: 'busy' })]
    expect(capacityOf(hosts)).toEqual({ cpus: 16, memoryKiB: 200 })
    expect(capacityOf([host({ cpus: null, memoryKiB: null })])).toEqual({ cpus: 0, memoryKiB: 0 })
  })

  it('is unknown where a column is not there yet', () => {
    expect(new StripModel().read(fleetOf(['up'], ['running'])).coresUsed).toBeNaN()
  })
})
