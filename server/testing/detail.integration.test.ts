import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TrackPoints } from '../../lib/sync/detail/track-points.ts'
import { type DetailPage, openDetailPage } from './detail-page.ts'
import { plan } from './real/guests.ts'
import { type RealLibvirtd, startRealLibvirtdWith } from './real/real-libvirtd.ts'
import { parseDomstats } from './real/virsh-domstats.ts'
import { until } from './until.ts'
import { type WatchedFleet, watchHost } from './watched-fleet.ts'

const GUEST = 'web-01'
const HOST = 'kvm-01'
/** A sample lies somewhere within its call, and so does a reading of virsh; calls take long while others use the machine. */
const MARGIN_MS = 600
/** Stretches of time to look at before one must be without a gap. */
const TRIES = 6

let daemon: RealLibvirtd
let watched: WatchedFleet
let page: DetailPage

beforeAll(async () => {
  daemon = await startRealLibvirtdWith([plan(GUEST, { load: 'spin', vcpus: 2, maxVcpus: 4 })])
  watched = watchHost(daemon.uri)
  const uuid = await daemon.uuidOf(GUEST)
  await until('the first record', () => (watched.fleet.rowsOf(uuid).length === 1 ? true : undefined))
  page = openDetailPage(watched.fleet, HOST, uuid, ['raw:vcpu.*.exits.sum'])
})

afterAll(async () => {
  page?.close()
  await watched?.stop()
  await daemon?.stop()
})

function trackOf(entity: string, identity: string): TrackPoints | undefined {
  return page.copy.tracks.find((track) => track.entity === entity && track.identity === identity)
}

const seriesOf = (track: TrackPoints, id: string) => track.series.find(({ metric }) => metric.id === id)!

/**
 * What a rate adds up to over the points that lie within, and over those that touch, a stretch of time; null when a part
 * of the stretch is unknown, as after a call that took too long to be trusted.
 */
function sumOver(track: TrackPoints, id: string, from: number, to: number): { inner: number; outer: number } | null {
  const { high } = seriesOf(track, id)
  let [inner, outer, known] = [0, 0, from]
  for (let i = 0; i < track.count; i++) {
    const [end, span] = [track.times[i]!, track.spans[i]!]
    if (end < from || end - span > to) continue
    if (Number.isNaN(high[i]!) || end - span > known + 1) return null
    known = end
    const amount = (high[i]! * span) / 1000
    outer += amount
    if (end - span >= from && end <= to) inner += amount
  }
  return known >= to ? { inner, outer } : null
}

async function reading(): Promise<Reading> {
  const from = performance.now()
  const stats = parseDomstats(await daemon.virsh('domstats', '--vcpu', GUEST)).get(GUEST)!
  return { from, to: performance.now(), stats }
}

interface Reading {
  readonly from: number
  readonly to: number
  readonly stats: ReadonlyMap<string, string>
}

/** Two readings of virsh with at least eight samples between them, and a sample after the second. */
async function readingsAround(track: TrackPoints): Promise<[Reading, Reading]> {
  const before = await reading()
  const begun = track.lastTime
  await until('eight seconds of samples', () => (track.lastTime > begun + 8000 ? true : undefined), {
    timeoutMs: 60_000,
  })
  const after = await reading()
  await until('a later sample', () => (track.lastTime > after.to + MARGIN_MS ? true : undefined))
  return [before, after]
}

/** Whether the points of a vCPU's series agree with two readings; null when a part of the time is unknown. */
function agrees([before, after]: [Reading, Reading], vcpu: string, id: string, field: string, unit: number) {
  const grown = Number(after.stats.get(field)) - Number(before.stats.get(field))
  const track = trackOf('vcpu', vcpu)!
  const outer = sumOver(track, id, before.from - MARGIN_MS, after.to + MARGIN_MS)
  const inner = sumOver(track, id, before.to + MARGIN_MS, after.from - MARGIN_MS)
  if (outer === null || inner === null) return null
  const [least, most] = [inner.inner * unit, outer.outer * unit]
  return { field, least: least <= grown, most: most >= grown, moved: least > 0 || grown === 0 }
}

test('shows the use and the exits of each vCPU that two readings of virsh tell', async () => {
  const track = await until('the first vCPU', () => trackOf('vcpu', '0'), { timeoutMs: 60_000 })
  let compared: (ReturnType<typeof agrees> | null)[] = [null]
  for (let tries = 0; tries < TRIES && compared.includes(null); tries++) {
    const readings = await readingsAround(track)
    compared = ['0', '1'].map((vcpu) => agrees(readings, vcpu, 'vcpuPercent', `vcpu.${vcpu}.time`, 1e7))
    if (daemon.kvm) compared.push(agrees(readings, '0', 'raw:vcpu.*.exits.sum', 'vcpu.0.exits.sum', 1))
  }
  for (const each of compared) expect(each).toMatchObject({ least: true, most: true, moved: true })
  expect(Math.max(...seriesOf(track, 'vcpuPercent').high.subarray(0, track.count))).toBeGreaterThan(20)
})

test('shows a pause at once, and vCPUs and disks that come and go', async () => {
  await daemon.virsh('suspend', GUEST)
  await until('the pause', () => (page.copy.facts?.state === 'paused' ? true : undefined))
  await daemon.virsh('resume', GUEST)
  await until('the end of the pause', () => (page.copy.facts?.state === 'running' ? true : undefined))
  expect(page.copy.facts).toMatchObject({ status: 'live', name: GUEST, host: HOST })
  await daemon.virsh('attach-disk', GUEST, daemon.emptyDisk('late.img'), 'vdb')
  const disk = await until('the disk', () => trackOf('disk', 'vdb'))
  expect(disk.since).not.toBeNull()
  await daemon.virsh('detach-disk', GUEST, 'vdb')
  await daemon.virsh('setvcpus', GUEST, '3', '--live')
  const vcpu = await until('the third vCPU', () => trackOf('vcpu', '2'))
  expect(vcpu.since).not.toBeNull()
  await until('its first rate', () => (vcpu.count > 0 ? true : undefined))
})

test('stays open when the guest stops, and goes on after a gap when it starts again', async () => {
  const track = trackOf('vcpu', '0')!
  await daemon.virsh('destroy', GUEST)
  await until('the end', () => (page.copy.facts?.status === 'ended' ? true : undefined))
  expect(page.copy.facts).toMatchObject({ name: GUEST, state: 'shut off', reason: 'destroyed' })
  const before = track.count
  await daemon.virsh('start', GUEST)
  await until('new points', () => (track.count > before ? true : undefined))
  expect(page.copy.facts).toMatchObject({ status: 'live', state: 'running', upSinceIsExact: true })
  expect(track.times[before]! - track.spans[before]!).toBeGreaterThan(track.times[before - 1]!)
  expect(page.copy.marks.some(({ kind }) => kind === 'reset')).toBe(true)
})
