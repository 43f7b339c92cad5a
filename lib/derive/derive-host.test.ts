import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DomainTable } from '../columns/domain-table.ts'
import { createDerivedHosts, deriveHosts, setHugePages, setNodeCpu, setNodeMemory } from './derive-host.ts'
import type { DerivedDomainId } from './derived-domains.ts'
import { createDerived } from './derived-domains.ts'

const HOST = 3

interface Guest {
  readonly id?: number
  readonly state?: number | null
  readonly waiting?: number
  readonly huge?: boolean
  readonly metrics?: Partial<Record<DerivedDomainId, number>>
}

/** Derives host 3 from made-up domains in every second row. */
function derive(guests: readonly Guest[], capacity = { cpus: 8, memoryKiB: 1000, hugePagesKiB: 0 }) {
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
  deriveHosts(table, domains, rows, rows.length, HOST, capacity, hosts, (row) => guests[row / 2]?.huge ?? false)
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
    expect(derive(guests, { cpus: 0, memoryKiB: 0, hugePagesKiB: 0 })).toMatchObject({
      hostVcpuOvercommit: null,
      hostMemoryOvercommit: null,
    })
  })

  it('sets domains on huge pages against the pool, and the others against the memory outside it [RA56] [RA59]', () => {
    const guests = [
      { metrics: { memoryAllocatedKiB: 300 } },
      { metrics: { memoryAllocatedKiB: 600 } },
      { metrics: { memoryAllocatedKiB: 100 }, huge: true },
      { metrics: { memoryAllocatedKiB: 50 }, huge: true, state: 3 },
      { metrics: { memoryAllocatedKiB: 999 }, huge: true, id: -1, state: 5 },
    ]
    const capacity = { cpus: 8, memoryKiB: 1000, hugePagesKiB: 200 }
    expect(derive(guests, capacity)).toMatchObject({ hostMemoryOvercommit: 1.125, hostHugePagesOvercommit: 0.75 })
    expect(derive(guests)).toMatchObject({ hostMemoryOvercommit: 0.9, hostHugePagesOvercommit: null })
    expect(derive([], capacity)).toMatchObject({ hostMemoryOvercommit: 0, hostHugePagesOvercommit: 0 })
  })

  it('adds overcommit up like a plain sum does, whatever the domains [RA56] [RA59]', () => {
    const guest = fc.record({
      id: fc.constantFrom(-1, 1),
      state: fc.constantFrom(null, 1, 2, 3, 4, 5, 6, 7),
      huge: fc.boolean(),
      metrics: fc.record({ memoryAllocatedKiB: fc.integer({ min: 1, max: 4096 }) }),
    })
    const capacity = fc.record({ cpus: fc.constant(8), memoryKiB: fc.nat(5000), hugePagesKiB: fc.nat(5000) })
    fc.assert(
      fc.property(fc.array(guest, { maxLength: 20 }), capacity, (guests, host) => {
        const promised = (huge: boolean) =>
          guests
            .filter(({ id, state }) => id !== -1 && (state === null || [1, 2, 3].includes(state)))
            .filter((one) => one.huge === huge)
            .reduce((sum, { metrics }) => sum + metrics.memoryAllocatedKiB, 0)
        const outside = host.memoryKiB - host.hugePagesKiB
        expect(derive(guests, host)).toMatchObject({
          hostMemoryOvercommit: outside > 0 ? promised(false) / outside : null,
          hostHugePagesOvercommit: host.hugePagesKiB > 0 ? promised(true) / host.hugePagesKiB : null,
        })
      }),
      { seed: 58, numRuns: 300 },
    )
  })

  it('stores the huge-page pool, of which the free part may be unknown [RA58]', () => {
    const hosts = createDerivedHosts()
    hosts.grow(8)
    const { hostHugePagesTotalKiB, hostHugePagesFreeKiB } = hosts.columns
    setHugePages(hosts, HOST, { totalKiB: 4096, freeKiB: 2048 })
    expect([hostHugePagesTotalKiB.get(HOST), hostHugePagesFreeKiB.get(HOST)]).toEqual([4096, 2048])
    setHugePages(hosts, HOST, { totalKiB: 4096, freeKiB: null })
    expect([hostHugePagesTotalKiB.get(HOST), hostHugePagesFreeKiB.get(HOST)]).toEqual([4096, null])
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
    setNodeMemory(hosts, HOST, { totalKiB: 10, usedKiB: 7, usedPercent: 70 })
    expect([hostCpuPercent.get(HOST), hostIowaitPercent.get(HOST)]).toEqual([12, null])
    expect([hostMemoryUsedKiB.get(HOST), hostMemoryUsedPercent.get(HOST)]).toEqual([7, 70])
    setNodeCpu(hosts, HOST, { cpuPercent: null, iowaitPercent: null, reset: true })
    expect([hostCpuPercent.get(HOST), hostCpuPercent.reset.get(HOST)]).toEqual([null, true])
    hosts.clear(HOST)
    expect(hostCpuPercent.reset.get(HOST)).toBe(false)
  })
})
