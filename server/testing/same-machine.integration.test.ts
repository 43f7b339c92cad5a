import { afterAll, beforeAll, expect, test } from 'vitest'
import { plan } from './real/guests.ts'
import { type RealLibvirtd, startRealLibvirtd } from './real/real-libvirtd.ts'
import { until } from './until.ts'
import { type WatchedFleet, watchHosts } from './watched-fleet.ts'

let daemon: RealLibvirtd
let watched: WatchedFleet

beforeAll(async () => {
  daemon = await startRealLibvirtd()
  await daemon.add(plan('one', { kvm: false, vcpus: 2 }))
  await daemon.add(plan('two', { kvm: false, left: 'paused' }))
  const by = (driver: string, socket: string) => `${driver}?socket=${socket}`
  watched = watchHosts({
    first: by('qemu+unix:///system', daemon.readOnlySocket),
    second: by('qemu+unix:///system', daemon.readWriteSocket),
    containers: by('lxc+unix:///system', daemon.readOnlySocket),
    made: by('test+unix:///default', daemon.readOnlySocket),
  })
  await until('all to be connected and read', () => {
    const statuses = watched.fleet.hostStatuses()
    return statuses.every(({ state, memoryKiB }) => state === 'up' && memoryKiB !== null) || undefined
  })
})

afterAll(async () => {
  await watched?.stop()
  await daemon?.stop()
})

const statusOf = (host: string) => watched.fleet.hostStatuses().find((status) => status.host === host)!

test('a real daemon by two sockets and two drivers is one machine; libvirt’s test driver makes its own up [RA60]', async () => {
  await until('the CPU time to be compared', () => statusOf('first').metrics.hostCpuPercent ?? undefined)
  const countedAs = () => watched.fleet.hostStatuses().map((status) => status.countedAs)
  expect(countedAs()).toEqual([null, 'first', 'first', null])
  // Looked at anew with each reply: what was found out must hold.
  const seen = new Set<string>()
  const { fleet } = watched
  const from = fleet.offset
  const unfollow = fleet.onCommit(() => seen.add(JSON.stringify(countedAs())))
  await until('twenty commits', () => fleet.offset >= from + 20 || undefined)
  unfollow()
  expect([...seen]).toEqual([JSON.stringify([null, 'first', 'first', null])])
})

test('its figures are told once, and its domains count once [RA60]', async () => {
  const metrics = await until('sums over the domains', () => {
    const { metrics: known } = statusOf('first')
    return known.hostVcpuOvercommit === null ? undefined : known
  })
  const { cpus } = statusOf('first')
  expect(metrics.hostVcpuOvercommit).toBeCloseTo(3 / cpus!, 6)
  for (const host of ['second', 'containers']) {
    await until(`the figures of ${host} to be left out`, () => {
      return Object.values(statusOf(host).metrics).every((value) => value === null) || undefined
    })
  }
  const uuid = await daemon.uuidOf('one')
  const rows = await until('both rows', () => {
    const found = watched.fleet.rowsOf(uuid)
    return found.length === 2 ? found : undefined
  })
  expect(rows.map((row) => watched.fleet.countedOn(row))).toEqual([null, 'first'])
})

test('the memory of a real host is that of NODE_GET_MEMORY_STATS, also where NODE_GET_INFO says less [RA53]', async () => {
  const total = Number(/^total\s*:\s*(\d+) KiB$/m.exec(await daemon.virsh('nodememstats'))![1])
  expect(statusOf('first').memoryKiB).toBe(total)
  const info = Number(/^Memory size:\s*(\d+) KiB$/m.exec(await daemon.virsh('nodeinfo'))![1])
  expect(info).toBeLessThanOrEqual(total)
  // The test driver has no memory statistics.
  expect(statusOf('made').memoryKiB).toBe(3_145_728)
})
