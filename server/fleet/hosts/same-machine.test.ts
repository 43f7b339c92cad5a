import { describe, expect, it } from 'vitest'
import { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import { buildReply, monitorParams } from '../../../lib/ingest/testing/record-builder.ts'
import type { Clock } from '../../clock.ts'
import type { HostFacts } from '../../libvirt/host-session.ts'
import { Fleet } from '../fleet.ts'
import { Lane } from '../fleet-writer.ts'

const UUID = '4c4c4544-0042-3510-8052-b4c04f564d32'
const facts = (hostUuid: string | null): HostFacts => ({
  hostname: 'kvm',
  type: 'QEMU',
  libvirtVersion: 9_000_000,
  hypervisorVersion: 7_002_000,
  node: { model: 'x', memoryKiB: 1024, cpus: 2, mhz: 1, numaNodes: 1, sockets: 1, cores: 2, threads: 1 },
  hostUuid,
  events: [0],
  stats: 'bulk',
  missing: ['something'],
})
const gone = new DomscopeError('CONNECTION_LOST', 'gone', { radius: 'connection' })
const memory = new Map([
  ['total', 1000n],
  ['free', 400n],
])

/** Two hosts that tell their figures. */
function setUp() {
  let now = 1000
  const clock: Clock = { now: () => now, wall: () => now, after: () => () => {} }
  const fleet = new Fleet({ clock, simulated: false })
  const hosts = [fleet.addHost('kvm-01', 'qemu:///system'), fleet.addHost('kvm-02', 'qemu+ssh://kvm-02/system')]
  const poll = () => {
    now += 1000
    for (const host of hosts) {
      fleet.nodeMemory(host, memory)
      const records = [{ name: 'vm-1', uuid: 1, id: 7, params: monitorParams({ tick: now }) }]
      const timing = { sentAt: now, firstByteAt: now, endAt: now, suspect: false }
      fleet.ingest(host, Lane.Monitor, buildReply(records), timing, true)
    }
  }
  const counted = () =>
    fleet.hostStatuses().map(({ metrics }) => Object.values(metrics).some((value) => value !== null))
  const missing = () => fleet.hostStatuses().map((status) => status.missing)
  return { fleet, hosts, poll, counted, missing }
}

describe('two hosts with one host UUID', () => {
  it('are told apart from others when the second one connects, and counted once', () => {
    const { fleet, hosts, poll, counted, missing } = setUp()
    expect(fleet.hostUp(hosts[0]!, facts(UUID))).toBeNull()
    expect(fleet.hostUp(hosts[1]!, facts(UUID))).toBe('kvm-01')
    poll()
    expect(counted()).toEqual([true, false])
    expect(missing()).toEqual([['something'], ['something', 'the same machine as kvm-01: counted once']])
    expect(fleet.hostStatuses().map(({ domains }) => domains)).toEqual([1, 1])
  })

  it('count as the first of the configuration, whichever connects first', () => {
    const { fleet, hosts, poll, counted } = setUp()
    fleet.hostUp(hosts[1]!, facts(UUID))
    poll()
    expect(counted()[1]).toBe(true)
    expect(fleet.hostUp(hosts[0]!, facts(UUID))).toBe('kvm-02')
    poll()
    expect(counted()).toEqual([true, false])
  })

  it('count as the other one while the first is out of reach', () => {
    const { fleet, hosts, poll, counted, missing } = setUp()
    for (const host of hosts) fleet.hostUp(host, facts(UUID))
    fleet.hostState(hosts[0]!, 'unreachable', gone)
    poll()
    expect(counted()[1]).toBe(true)
    expect(missing()[1]).toEqual(['something'])
  })

  it('are two again when a connection leads to another machine', () => {
    const { fleet, hosts, poll, counted } = setUp()
    for (const host of hosts) fleet.hostUp(host, facts(UUID))
    expect(fleet.hostUp(hosts[1]!, facts(UUID.replace('4', '5')))).toBeNull()
    poll()
    expect(counted()).toEqual([true, true])
  })
})

it('hosts that do not tell their UUID are all counted', () => {
  const { fleet, hosts, poll, counted } = setUp()
  for (const host of hosts) expect(fleet.hostUp(host, facts(null))).toBeNull()
  poll()
  expect(counted()).toEqual([true, true])
})
