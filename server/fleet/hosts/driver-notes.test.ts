import { expect, test } from 'vitest'
import type { StatsWay } from '../../../lib/libvirt/driver-stats.ts'
import { driverNotes } from './driver-notes.ts'

function notesOf(type: string, stats: StatsWay) {
  const node = { model: '', memoryKiB: 0, cpus: 0, mhz: 0, numaNodes: 0, sockets: 0, cores: 0, threads: 0 }
  const versions = { hostname: '', libvirtVersion: 9_000_000, hypervisorVersion: 0 }
  return driverNotes({ ...versions, type, node, hostUuid: null, events: [], stats, missing: [] })
}

test('a driver that gives everything needs no words', () => {
  expect([driverNotes(null), notesOf('QEMU', 'bulk'), notesOf('vz', 'bulk-waiting')]).toEqual([{}, {}, {}])
})

test('of containers nothing is known of disks, NICs and single vCPUs, and what is known is not denied', () => {
  const notes = notesOf('LXC', 'single')
  const denied = 'the LXC driver does not give it'
  for (const id of ['diskIops', 'netRxBps', 'stealWorstPercent', 'diskLatencyNs']) expect(notes[id]).toBe(denied)
  for (const id of ['coresUsed', 'cpuPercent', 'memoryMaximumKiB', 'vcpuOnline', 'state']) {
    expect(notes).not.toHaveProperty(id)
  }
  expect(notes.rssKiB).toBe('incl. page cache')
})

test('of the test driver nothing is known but the state', () => {
  const notes = notesOf('TEST', 'bulk')
  for (const id of ['coresUsed', 'cpuPercent', 'rssKiB', 'diskIops']) expect(notes[id]).toContain('TEST driver')
  expect(notes).not.toHaveProperty('state')
})
