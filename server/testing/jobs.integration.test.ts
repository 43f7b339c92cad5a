import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseLibvirtUri } from '../../lib/libvirt/uri.ts'
import { systemClock } from '../clock.ts'
import { openSession } from '../libvirt/open-session.ts'
import { silentLog } from '../log.ts'
import { plan } from './real/guests.ts'
import { type RealLibvirtd, startRealLibvirtdWith } from './real/real-libvirtd.ts'
import { until } from './until.ts'
import { type WatchedFleet, watchHost } from './watched-fleet.ts'

const GUEST = 'copied-01'
const LONG = { timeoutMs: 60_000, everyMs: 50 }
let daemon: RealLibvirtd
let watched: WatchedFleet
let row: number

beforeAll(async () => {
  daemon = await startRealLibvirtdWith([plan(GUEST, {})])
  watched = watchHost(daemon.uri)
  const uuid = await daemon.uuidOf(GUEST)
  row = await until('the row', () => watched.fleet.rowsOf(uuid)[0])
  await until('its facts', () => watched.fleet.facts(row).facts ?? undefined, LONG)
})

afterAll(async () => {
  await watched?.stop()
  await daemon?.stop()
})

const texts = () => watched.fleet.events.events(watched.fleet.identity(row).uuid).map(({ text }) => text)

test('a copy of a disk is told when it is ready, as a job that goes on, and when it ends', async () => {
  const copy = path.join(daemon.folder, 'disks', 'copy.img')
  writeFileSync(copy, new Uint8Array(8 * 1024 * 1024))
  await daemon.virsh('blockcopy', GUEST, 'vda', copy, '--transient-job', '--reuse-external', '--format', 'raw')
  const job = await until('the job', () => watched.fleet.jobs(row)[0], LONG)
  expect(job).toMatchObject({ kind: 'copy', disk: 'vda', percent: 100 })
  expect(texts()).toContain('block copy of vda: ready')
  const mirror = () => watched.fleet.facts(row).facts?.disks[0]?.mirror
  await until('the mirror in the XML', () => (mirror()?.ready === true ? true : undefined), LONG)
  await daemon.virsh('blockjob', GUEST, 'vda', '--abort')
  await until('its end', () => (watched.fleet.jobs(row).length === 0 ? true : undefined), LONG)
  expect(texts().at(-1)).toMatch(/^block copy of vda: (completed|canceled)$/)
  await until('the XML without it', () => (mirror() === null ? true : undefined), LONG)
})

test('a slow copy is found by the mirror in the XML, with how far it is', async () => {
  const copy = path.join(daemon.folder, 'disks', 'slow.img')
  writeFileSync(copy, new Uint8Array(8 * 1024 * 1024))
  // Half a MiB a second: 16 s for 8 MiB.
  const options = ['--transient-job', '--reuse-external', '--format', 'raw', '--bandwidth', '524288', '--bytes']
  await daemon.virsh('blockcopy', GUEST, 'vda', copy, ...options)
  // Nothing tells that it began; whatever has the XML read again does.
  await daemon.virsh('desc', GUEST, '--live', '--title', 'being copied')
  const job = await until('the job', () => watched.fleet.jobs(row)[0], LONG)
  expect(job).toMatchObject({ kind: 'copy', disk: 'vda' })
  expect(job.percent).toBeLessThan(100)
  await daemon.virsh('blockjob', GUEST, 'vda', '--abort')
  await until('its end', () => (watched.fleet.jobs(row).length === 0 ? true : undefined), LONG)
})

test('a domain without jobs says so, on the read-only connection', async () => {
  const session = await openSession(parseLibvirtUri(daemon.uri), { clock: systemClock, log: silentLog })
  try {
    const [domain] = await session.listDomains(1)
    expect(await session.jobStats(domain!)).toEqual({ type: 0, params: [] })
    expect(await session.blockJobInfo(domain!, 'vda')).toBeNull()
    await expect(session.blockJobInfo(domain!, 'vdz')).rejects.toMatchObject({ code: 'RPC_REMOTE' })
  } finally {
    await session.close()
  }
})

test('a guest that is saved is told to have stopped by it', async () => {
  await daemon.virsh('save', GUEST, path.join(daemon.folder, 'disks', 'state'))
  const told = await until('the end of the save', () => {
    const all = texts()
    return all.some((text) => text.startsWith('stopped')) ? all : undefined
  })
  expect(told).toContain('stopped: saved')
})
