import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DetailPage, openDetailPage } from './detail-page.ts'
import { plan } from './real/guests.ts'
import { type RealLibvirtd, startRealLibvirtdWith } from './real/real-libvirtd.ts'
import { until } from './until.ts'
import { type WatchedFleet, watchHost } from './watched-fleet.ts'

const GUEST = 'giver-01'
const HOST = 'kvm-01'
/** The firmware has to run first, which takes long on a busy machine without KVM. */
const GIVEN_MS = 60_000

let daemon: RealLibvirtd
let watched: WatchedFleet
let page: DetailPage

beforeAll(async () => {
  daemon = await startRealLibvirtdWith([plan(GUEST, { load: 'unplug', vcpus: 1, maxVcpus: 3, disks: 2, nics: 2 })])
  watched = watchHost(daemon.uri)
  const uuid = await daemon.uuidOf(GUEST)
  await until('the first record', () => (watched.fleet.rowsOf(uuid).length === 1 ? true : undefined))
  page = openDetailPage(watched.fleet, HOST, uuid, [])
})

afterAll(async () => {
  page?.close()
  await watched?.stop()
  await daemon?.stop()
})

/** Whether a child is there now: null while the page was told nothing of it. */
function isThere(entity: string, identity: string): boolean | null {
  const tracks = page.copy.tracks.filter((track) => track.entity === entity && track.identity === identity)
  return tracks.length === 0 ? null : tracks.some((track) => track.until === null)
}

/** Waits for a child that is there, takes it away, and waits until its track has an end. */
async function takeAway(entity: string, identity: string, unplug: () => Promise<unknown>): Promise<void> {
  await until(`${entity} ${identity}`, () => isThere(entity, identity) || undefined)
  await unplug()
  await until(`the end of ${entity} ${identity}`, () => isThere(entity, identity) === false || undefined, {
    timeoutMs: GIVEN_MS,
  })
}

async function nicNames(): Promise<string[]> {
  const lines = (await daemon.virsh('domiflist', GUEST)).trim().split('\n')
  return lines.map((line) => line.trim().split(/\s+/)[0] ?? '')
}

test('the track of a disk ends when the guest gives it up, and those beside it go on', async () => {
  await takeAway('disk', 'vdb', () => daemon.virsh('detach-disk', GUEST, 'vdb', '--live'))
  expect(isThere('disk', 'vda')).toBe(true)
  expect(await daemon.virsh('domblklist', GUEST)).not.toContain('vdb')
})

test('the track of a NIC ends when the guest gives it up, and those beside it go on', async () => {
  const [first, second] = (await nicNames()) as [string, string]
  const mac = (await daemon.virsh('domiflist', GUEST)).trim().split('\n')[1]?.trim().split(/\s+/).at(-1) ?? ''
  await takeAway('nic', second, () => daemon.virsh('detach-interface', GUEST, 'bridge', mac, '--live'))
  expect(await nicNames()).toEqual([first])
  expect(isThere('nic', first)).toBe(true)
})

test('the track of a vCPU begins and ends as it is plugged and, where KVM runs it, unplugged', async () => {
  await daemon.virsh('setvcpus', GUEST, '3', '--live')
  await until('vCPU 2', () => isThere('vcpu', '2') || undefined)
  expect(isThere('vcpu', '0')).toBe(true)
  // Without KVM neither QEMU 7.2 nor 11.1 ever finishes taking a vCPU away, whatever the guest answers.
  if (daemon.kvm) await takeAway('vcpu', '2', () => daemon.virsh('setvcpus', GUEST, '2', '--live'))
})
