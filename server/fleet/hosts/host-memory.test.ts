import { describe, expect, it } from 'vitest'
import { buildReply, ullong } from '../../../lib/ingest/testing/record-builder.ts'
import type { HostFacts } from '../../libvirt/host-session.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { Fleet } from '../fleet.ts'
import { Lane } from '../fleet-writer.ts'

/** As seen on a machine with memory plugged in after boot. */
const NODE_INFO_KIB = 11_200_000
const TOTAL_KIB = 24_683_620
const FACTS: HostFacts = {
  hostname: 'kvm',
  type: 'QEMU',
  libvirtVersion: 9_000_000,
  hypervisorVersion: 7_002_000,
  node: { model: 'x', memoryKiB: NODE_INFO_KIB, cpus: 2, mhz: 1, numaNodes: 1, sockets: 1, cores: 2, threads: 1 },
  hostUuid: null,
  events: [],
  stats: 'bulk',
  missing: [],
}

function setUp() {
  const clock = new ManualClock()
  const fleet = new Fleet({ clock, simulated: false })
  const host = fleet.addHost('kvm-01', 'qemu:///system')
  fleet.hostUp(host, FACTS)
  const poll = (promisedKiB: number) => {
    const at = clock.now()
    const params = [ullong('balloon.current', promisedKiB)]
    const timing = { sentAt: at, firstByteAt: at, endAt: at, suspect: false }
    fleet.ingest(host, Lane.Monitor, buildReply([{ name: 'vm-1', uuid: 1, id: 7, params }]), timing, true)
  }
  return { fleet, host, poll, status: () => fleet.hostStatuses()[0]! }
}

const stats = (fields: Readonly<Record<string, number>>) =>
  new Map(Object.entries(fields).map(([field, value]) => [field, BigInt(value)]))

describe('the memory of a host [RA53]', () => {
  it('is one total for its size, for what is used of it and for overcommit, whatever NODE_GET_INFO says', () => {
    const { fleet, host, poll, status } = setUp()
    fleet.nodeMemory(host, stats({ total: TOTAL_KIB, free: TOTAL_KIB / 2, buffers: 0, cached: 0 }))
    poll(TOTAL_KIB / 4)
    expect(status().memoryKiB).toBe(TOTAL_KIB)
    expect(status().metrics).toMatchObject({ hostMemoryUsedPercent: 50, hostMemoryOvercommit: 0.25 })
  })

  it('is not NODE_GET_INFO’s while the other figure is still to come', () => {
    const { poll, status } = setUp()
    poll(1000)
    expect(status().memoryKiB).toBeNull()
    expect(status().metrics.hostMemoryOvercommit).toBeNull()
  })

  it('is NODE_GET_INFO’s where the driver has no other', () => {
    const { fleet, host, poll, status } = setUp()
    fleet.nodeMemory(host, null)
    poll(NODE_INFO_KIB / 2)
    expect(status().memoryKiB).toBe(NODE_INFO_KIB)
    expect(status().metrics).toMatchObject({ hostMemoryUsedKiB: null, hostMemoryOvercommit: 0.5 })
  })

  it('follows memory that is plugged in', () => {
    const { fleet, host, status } = setUp()
    fleet.nodeMemory(host, stats({ total: 1000, available: 400 }))
    fleet.nodeMemory(host, stats({ total: 2000, available: 400 }))
    expect([status().memoryKiB, status().metrics.hostMemoryUsedPercent]).toEqual([2000, 80])
  })
})
