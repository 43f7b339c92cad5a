import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findMetric } from '../../lib/metrics/catalogue.ts'
import { plan } from './real/guests.ts'
import { oneThreadEmulator } from './real/one-thread.ts'
import { type RealLibvirtd, startRealLibvirtd } from './real/real-libvirtd.ts'
import { until } from './until.ts'
import { type WatchedFleet, watchHost } from './watched-fleet.ts'

let daemon: RealLibvirtd
let watched: WatchedFleet

beforeAll(async () => {
  daemon = await startRealLibvirtd()
  const devices = oneThreadEmulator(daemon.folder)
  await daemon.add(plan('one-thread', { kvm: false, vcpus: 2, load: 'spin', xml: { devices } }))
  await daemon.add(plan('threads', { kvm: false, vcpus: 2 }))
  const bare = path.join(daemon.folder, 'bare.xml')
  writeFileSync(
    bare,
    `<domain type='qemu'><name>bare</name><memory unit='MiB'>16</memory><vcpu>2</vcpu>
    <os><type arch='x86_64' machine='pc'>hvm</type></os>
    <devices>${devices}<memballoon model='none'/></devices></domain>`,
  )
  await daemon.virsh('create', bare)
  watched = watchHost(daemon.uri)
})

afterAll(async () => {
  await watched?.stop()
  await daemon?.stop()
})

async function rowOf(name: string): Promise<number> {
  const uuid = await daemon.uuidOf(name)
  return until(`the row of ${name}`, () => watched.fleet.rowsOf(uuid)[0])
}

const isPartial = (row: number) => watched.fleet.rowExceptions().some((each) => each.row === row)
const value = (row: number, id: string) => watched.fleet.value(row, findMetric(id)!)

test('a real guest whose vCPUs share a thread is whole, with the CPU of its process, marked [RA19]', async () => {
  const row = await rowOf('one-thread')
  expect(await daemon.virsh('domstats', '--vcpu', 'one-thread')).not.toContain('vcpu.0')
  const cpu = await until('its CPU', () => value(row, 'cpuPercent') ?? undefined)
  expect(cpu).toBeCloseTo((100 * value(row, 'coresUsed')!) / 2, 6)
  expect(cpu).toBeGreaterThan(1)
  expect(value(row, 'vcpuOnline')).toBe(2)
  expect(isPartial(row)).toBe(false)
  expect(watched.fleet.notes(row)).toMatchObject({ cpuPercent: 'process time' })
  const mark = watched.fleet.domains.column('cpuSource')!
  await until('the mark in the grid', () => {
    return watched.fleet.domains.dictionaries.get(mark.number)!.word(mark.codes[row]!) ?? undefined
  })
})

test('so is one with neither balloon nor disk, once its monitor is known to be free [RA19]', async () => {
  const row = await rowOf('bare')
  await until('it to be whole', () => !isPartial(row) || undefined, { timeoutMs: 60_000 })
  await until('its CPU', () => value(row, 'cpuPercent') ?? undefined)
  expect(watched.fleet.notes(row)).toMatchObject({ cpuPercent: 'process time' })
})

test('a guest with a thread for each vCPU has no mark [RA19]', async () => {
  const row = await rowOf('threads')
  await until('its CPU', () => value(row, 'cpuPercent') ?? undefined)
  expect(watched.fleet.notes(row).cpuPercent).toBeUndefined()
  expect(value(row, 'stealWorstPercent')).not.toBeNull()
})
