import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FleetEvent } from '../fleet/events/event-reader.ts'
import { STANDARD_GUESTS } from './real/guests.ts'
import { type RealLibvirtd, startRealLibvirtdWith } from './real/real-libvirtd.ts'
import { until } from './until.ts'
import { type WatchedFleet, watchHost } from './watched-fleet.ts'

const GUEST = 'web-01'
let daemon: RealLibvirtd
let watched: WatchedFleet
let uuid: string

beforeAll(async () => {
  daemon = await startRealLibvirtdWith(STANDARD_GUESTS.filter(({ name }) => name === GUEST))
  uuid = await daemon.uuidOf(GUEST)
  watched = watchHost(daemon.uri)
  await until('the first record', () => (watched.fleet.rowsOf(uuid).length === 1 ? true : undefined))
})

afterAll(async () => {
  await watched?.stop()
  await daemon?.stop()
})

/** Does something to the guest and gives the events that follow, up to the one with this text. */
async function after(text: string | RegExp, ...command: readonly string[]): Promise<readonly FleetEvent[]> {
  const before = new Set(watched.fleet.events.events(uuid))
  await daemon.virsh(...command)
  return until(`event ${text} after ${command.join(' ')}`, () => {
    const fresh = watched.fleet.events.events(uuid).filter((event) => !before.has(event))
    return fresh.some((event) => event.text.search(text) >= 0) ? fresh : undefined
  })
}

const texts = (events: readonly FleetEvent[]) => events.map((event) => event.text)

test('pauses, resumes, stops and starts are told in words, once each', async () => {
  expect(texts(await after('paused', 'suspend', GUEST))).toEqual(['suspended: paused'])
  expect(texts(await after('unpaused', 'resume', GUEST))).toEqual(['resumed: unpaused'])
  const stopped = await after('stopped', 'destroy', GUEST)
  expect(stopped.at(-1)).toMatchObject({ kind: 'stopped', host: 'kvm-01', uuid, name: GUEST })
  expect(stopped.at(-1)?.details).toEqual({ reason: 'destroyed' })
  expect(texts(await after('booted', 'start', GUEST))).toEqual(['resumed: unpaused', 'started: booted'])
})

test('devices that come and go, changed metadata and changed limits are told', async () => {
  const disk = daemon.emptyDisk('late.img')
  expect(texts(await after('added', 'attach-disk', GUEST, disk, 'vdb'))).toEqual(['device virtio-disk1 added'])
  const title = await after('metadata', 'desc', GUEST, '--live', '--title', 'shop')
  expect(title).toMatchObject([{ kind: 'metadata', text: 'metadata changed: title' }])
  const element = ['metadata', GUEST, 'http://example.org/own/1.0', '--key', 'own', '--set', '<a/>', '--live']
  expect(texts(await after('metadata', ...element))).toEqual(['metadata changed: element http://example.org/own/1.0'])
  const [tuned] = await after('limits', 'blkdeviotune', GUEST, 'vda', '--total-iops-sec', '500')
  expect(tuned).toMatchObject({ kind: 'tunable' })
  expect(Object.values(tuned!.details)).toContain(500)
})

test('a QEMU that is killed, and a daemon that is, are told', async () => {
  const events = watched.fleet.events
  await daemon.killDaemon()
  await until('the host to be lost', () =>
    events.recent(9).some(({ kind }) => kind === 'host-unreachable') ? true : undefined,
  )
  await daemon.startDaemon()
  await until('the host to be back', () => (events.recent(1)[0]?.kind === 'host-up' ? true : undefined))
  const pid = await daemon.guestPid(GUEST)
  const before = new Set(events.events(uuid))
  process.kill(pid, 'SIGKILL')
  const fresh = await until('the end of the guest', () => {
    const found = events.events(uuid).filter((event) => !before.has(event))
    return found.some(({ kind }) => kind === 'stopped') ? found : undefined
  })
  expect(texts(fresh)).toContain('stopped: failed')
})
