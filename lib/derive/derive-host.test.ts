import { describe, expect, it } from 'vitest'
import { DomainTable } from '../columns/domain-table.ts'
import { createDerivedHosts, deriveHosts, setNodeCpu, setNodeMemory } from './derive-host.ts'
import type { DerivedDomainId } from './derived-domains.ts'
import { createDerived } from './derived-domains.ts'

const HOST = 3

interface Guest {
  readonly id?: number
  readonly state?: number | null
  readonly waiting?: number
  readonly metrics?: Partial<Record<DerivedDomainId, number>>
}

/** Derives host 3 from made-up domains in every second row. */
function derive(guests: readonly Guest[], capacity = { cpus: 8, memoryKiB: 1000 }) {
  const table = new DomainTable()
  table.grow(64)
  const domains = createDerived()
  domains.grow(64)
  const hosts = createDerivedHosts()
  hosts.grow(8)
  guests.forEach(({ id = 1, state = 1, waiting, metrics = {} }, i) => {
    const row = 2 * i
    table.domainId[row] = id
    if (state !== null) table.wire.gauges['state.state'].set(row, state)
    for (const [metric, value] of Object.entries(metrics)) domains.columns[metric as DerivedDomainId].set(row, value)
    if (waiting !== undefined) domains.waitingCores.set(row, waiting)
  })
  const rows = Int32Array.from(guests, (_, i) => 2 * i)
  deriveHosts(table, domains, rows, rows.length, HOST, capacity, hosts)
  return Object.fromEntries(hosts.ids.map((id) => [id, hosts.columns[id].get(HOST)]))
}

describe('deriveHosts', () => {
  it('adds up cores used and cores waited for, over domains that have a value [RA54]', () => {
    const sums = derive([
      { metrics: { coresUsed: 1.5 }, waiting: 0.25 },
      { metrics: { coresUsed: 2 }, waiting: 0.5 },
      {},
    ])
    expect(sums).toMatchObject({ hostCoresUsedByGuests: 3.5, hostCoresWaiting: 0.75 })
  })

  it('has 0 cores used without active domains, and unknown when no active domain has a value [RA54]', () => {
    expect(derive([{ id: -1, state: 5, metrics: {} }])).toMatchObject({
      hostCoresUsedByGuests: 0,
      hostVcpuOvercommit: 0,
    })
    expect(derive([])).toMatchObject({ hostCoresWaiting: 0, hostMemoryOvercommit: 0 })
    expect(derive([{}])).toMatchObject({ hostCoresUsedByGuests: null, hostVcpuOvercommit: null })
  })

  it('sets vCPUs and memory of running, blocked and paused domains against the host [RA55] [RA56]', () => {
    const promised = { vcpuOnline: 4, memoryAllocatedKiB: 500 }
    const states = [1, 2, 3, null, 4, 6, 7]
    const guests = states.map((state) => ({ state, metrics: promised }))
    const off = { id: -1, state: 5, metrics: promised }
    expect(derive([...guests, off])).toMatchObject({ hostVcpuOvercommit: 2, hostMemoryOvercommit: 2 })
  })

  it('does not know overcommit of a host whose size is unknown [RA55] [RA56]', () => {
    const guests = [{ metrics: { vcpuOnline: 4, memoryAllocatedKiB: 500 } }]
    expect(derive(guests, { cpus: 0, memoryKiB: 0 })).toMatchObject({
      hostVcpuOvercommit: null,
      hostMemoryOvercommit: null,
    })
  })

  it('picks the worst steal and latency [RA57]', () => {
    const guests = [
      { metrics: { stealWorstPercent: 4, diskLatencyNs: 0 } },
      { metrics: { stealWorstPercent: 23 } },
      { metrics: {} },
    ]
    expect(derive(guests)).toMatchObject({ hostStealWorstPercent: 23, hostDiskLatencyWorstNs: 0 })
    expect(derive([{}])).toMatchObject({ hostStealWorstPercent: null, hostDiskLatencyWorstNs: null })
  })

  it('stores what the node calls gave, reset and unknown apart [RA52] [RA53]', () => {
    const hosts = createDerivedHosts()
    hosts.grow(8)
    const { hostCpuPercent, hostIowaitPercent, hostMemoryUsedKiB, hostMemoryUsedPercent } = hosts.columns
    setNodeCpu(hosts, HOST, { cpuPercent: 12, iowaitPercent: null, reset: false })
    setNodeMemory(hosts, HOST, { usedKiB: 7, usedPercent: 70 })
    expect([hostCpuPercent.get(HOST), hostIowaitPercent.get(HOST)]).toEqual([12, null])
    expect([hostMemoryUsedKiB.get(HOST), hostMemoryUsedPercent.get(HOST)]).toEqual([7, 70])
    setNodeCpu(hosts, HOST, { cpuPercent: null, iowaitPercent: null, reset: true })
    expect([hostCpuPercent.get(HOST), hostCpuPercent.reset.get(HOST)]).toEqual([null, true])
    hosts.clear(HOST)
    expect(hostCpuPercent.reset.get(HOST)).toBe(false)
  })
})
