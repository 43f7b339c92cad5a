import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { plan } from './real/guests.ts'
import { type RealLibvirtd, startRealLibvirtd } from './real/real-libvirtd.ts'
import { until } from './until.ts'
import { type WatchedFleet, watchHost } from './watched-fleet.ts'

const SOON = { timeoutMs: 30_000, everyMs: 100 }
let daemon: RealLibvirtd
let watched: WatchedFleet

beforeAll(async () => {
  daemon = await startRealLibvirtd()
  await daemon.add(plan('chain-01', {}))
  watched = watchHost(daemon.uri)
})

afterAll(async () => {
  await watched?.stop()
  await daemon?.stop()
})

test('path and storage of a disk follow a snapshot, which no event tells of, and the way back by commit and pivot', async () => {
  const uuid = await daemon.uuidOf('chain-01')
  const row = await until('the row', () => watched.fleet.rowsOf(uuid)[0])
  const disk = () => watched.fleet.facts(row).facts?.disks[0]
  const pathNow = () => {
    const backend = disk()?.backend
    return backend?.kind === 'file' ? backend.path : undefined
  }
  const base = await until('the path', pathNow, SOON)
  await until('statistics of the disk', () => watched.fleet.stat(row, 'block.0.path')?.value, SOON)

  const overlay = path.join(daemon.folder, 'chain-01.snap')
  const spec = `${disk()!.target},file=${overlay}`
  await daemon.virsh('snapshot-create-as', 'chain-01', '--disk-only', '--no-metadata', '--diskspec', spec)
  await until('the facts to follow', () => (pathNow() === overlay ? true : undefined), SOON)
  expect(disk()?.storage).toBe(daemon.folder)

  await daemon.virsh('blockcommit', 'chain-01', disk()!.target, '--active', '--pivot', '--wait')
  await until('the facts to come back', () => (pathNow() === base ? true : undefined), SOON)
  expect(disk()?.storage).toBe(path.dirname(base))
})
