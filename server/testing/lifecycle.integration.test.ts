import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiDomain, domainOf, domainWhen, hostsOf, hostWhen } from './api.ts'
import { STANDARD_GUESTS } from './real/guests.ts'
import { type RealLibvirtd, startRealLibvirtdWith } from './real/real-libvirtd.ts'
import { type Domscope, startDomscope } from './start-domscope.ts'
import { until } from './until.ts'

const NAMES = ['web-02', 'k8s-node-01', 'cache-01', 'build-agent-01', 'off-01']
/** A change is seen within this time: two of the design's intervals. */
const SEEN_MS = 2000
/** Lifecycle changes come as events; a commit follows within 50 ms. */
const EVENT_MS = 300

/** vCPUs and disks are asked for as often as the duty allows; this much lets them be asked for every second or two. */
const DUTY = '50'

let daemon: RealLibvirtd
let domscope: Domscope

beforeAll(async () => {
  daemon = await startRealLibvirtdWith(STANDARD_GUESTS.filter(({ name }) => NAMES.includes(name)))
  domscope = await startDomscope(['--connect', `real=${daemon.uri}`, '--duty', DUTY])
  await domscope.ready()
  await domainWhen(domscope, await daemon.uuidOf('web-02'), 'running', ({ state }) => state === 'running')
})

afterAll(async () => {
  await domscope?.stop()
  await daemon?.stop()
})

/**
 * A change that no event tells of is seen with the next monitor call, which the duty keeps apart from the last; or with
 * the one after it, because a guest that is being changed gives nothing to a call that does not wait.
 */
async function monitorSeenMs(): Promise<number> {
  const interval = (await hostsOf(domscope))[0]?.monitorIntervalMs
  return SEEN_MS + 2 * (typeof interval === 'number' ? interval : 0)
}

const raw = (domain: ApiDomain, name: string) => domain.raw.find((one) => one.name === name)?.value

/** Does something by virsh, and gives back how long after it the API showed it. */
async function seen(act: () => Promise<unknown>, uuid: string, what: string, wanted: (domain: ApiDomain) => boolean) {
  await act()
  const began = performance.now()
  await domainWhen(domscope, uuid, what, wanted, 10_000)
  return performance.now() - began
}

test('shows suspend and resume as they happen', async () => {
  const uuid = await daemon.uuidOf('web-02')
  const delays: number[] = []
  for (let round = 0; round < 4; round++) {
    delays.push(
      await seen(
        () => daemon.virsh('suspend', 'web-02'),
        uuid,
        'paused',
        ({ state }) => state === 'paused',
      ),
    )
    delays.push(
      await seen(
        () => daemon.virsh('resume', 'web-02'),
        uuid,
        'running',
        ({ state }) => state === 'running',
      ),
    )
  }
  delays.sort((a, b) => a - b)
  expect(delays.at(-1)).toBeLessThan(SEEN_MS)
  expect(delays[delays.length >> 1]).toBeLessThan(EVENT_MS)
})

test('shows a start with its new process, and a stop that leaves no process', async () => {
  const uuid = await daemon.uuidOf('off-01')
  expect((await domainOf(domscope, uuid))?.id).toBe(-1)
  const started = await seen(
    () => daemon.virsh('start', 'off-01'),
    uuid,
    'running',
    ({ state, id }) => state === 'running' && id > 0,
  )
  await domainWhen(domscope, uuid, 'with its vCPU', (domain) => raw(domain, 'vcpu.0.time') !== undefined)
  const stopped = await seen(
    () => daemon.virsh('destroy', 'off-01'),
    uuid,
    'off',
    ({ state, id }) => state === 'shut off' && id === -1,
  )
  expect(Math.max(started, stopped)).toBeLessThan(SEEN_MS)
  expect(Math.min(started, stopped)).toBeLessThan(EVENT_MS)
})

test('a restarted guest has a new id and no rate over the restart', async () => {
  const uuid = await daemon.uuidOf('cache-01')
  const before = await domainWhen(domscope, uuid, 'with a rate', ({ metrics }) => metrics.coresUsed !== null)
  await daemon.virsh('destroy', 'cache-01')
  await daemon.virsh('start', 'cache-01')
  const rates: (number | null | undefined)[] = []
  const after = await domainWhen(domscope, uuid, 'with a rate again', ({ id, metrics }) => {
    rates.push(metrics.coresUsed)
    return id > before.id && metrics.coresUsed !== null
  })
  expect(after.id).toBeGreaterThan(before.id)
  for (const rate of rates) if (typeof rate === 'number') expect(rate).toBeGreaterThanOrEqual(0)
})

test('keeps row and identity through a rename', async () => {
  const uuid = await daemon.uuidOf('off-01')
  const delay = await seen(
    () => daemon.virsh('domrename', 'off-01', 'off-renamed'),
    uuid,
    'renamed',
    ({ name }) => name === 'off-renamed',
  )
  await daemon.virsh('domrename', 'off-renamed', 'off-01')
  await domainWhen(domscope, uuid, 'named as before', ({ name }) => name === 'off-01')
  expect(delay).toBeLessThan(SEEN_MS)
})

test('shows a hot-plugged vCPU and its counters', async () => {
  const uuid = await daemon.uuidOf('k8s-node-01')
  await domainWhen(domscope, uuid, 'two vCPUs', (domain) => raw(domain, 'vcpu.current') === '2')
  const delay = await seen(
    () => daemon.virsh('setvcpus', 'k8s-node-01', '4', '--live'),
    uuid,
    'four vCPUs',
    (domain) => raw(domain, 'vcpu.current') === '4' && raw(domain, 'vcpu.3.time') !== undefined,
  )
  expect(delay).toBeLessThan(await monitorSeenMs())
})

test('shows a hot-plugged disk and its counters', async () => {
  const uuid = await daemon.uuidOf('build-agent-01')
  const file = daemon.emptyDisk('plugged.img')
  const delay = await seen(
    () => daemon.virsh('attach-disk', 'build-agent-01', file, 'vdb', '--live'),
    uuid,
    'a second disk',
    (domain) => raw(domain, 'block.count') === '2' && raw(domain, 'block.1.name') === 'vdb',
  )
  expect(delay).toBeLessThan(await monitorSeenMs())
})

test('shows a domain that is defined, and forgets it when it is undefined', async () => {
  const xml = (await daemon.virsh('dumpxml', 'off-01'))
    .replaceAll('off-01', 'new-01')
    .replace(/<uuid>.*<\/uuid>|<mac .*\/>/g, '')
  const file = path.join(daemon.folder, 'new-01.xml')
  writeFileSync(file, xml)
  await daemon.virsh('define', file)
  rmSync(file)
  const uuid = await daemon.uuidOf('new-01')
  await domainWhen(domscope, uuid, 'shut off', ({ state, name }) => state === 'shut off' && name === 'new-01')
  await daemon.virsh('undefine', 'new-01')
  await until('it to be forgotten', async () => ((await domainOf(domscope, uuid)) === undefined ? true : undefined))
})

test('a killed daemon turns its domains unknown with their last values, and its return heals them', async () => {
  const uuid = await daemon.uuidOf('web-02')
  const before = await domainWhen(domscope, uuid, 'running', ({ state, raw }) => state === 'running' && raw.length > 10)
  await daemon.killDaemon()
  const lost = await hostWhen(
    domscope,
    'unreachable',
    ({ state, error }) => state === 'unreachable' && error !== null,
    SEEN_MS,
  )
  expect(lost.error?.message).not.toMatch(/\bat .*\.ts|\.mjs:/)
  const unknown = await domainWhen(domscope, uuid, 'unknown', ({ state }) => state === 'unknown', SEEN_MS)
  expect(unknown.name).toBe('web-02')
  expect(unknown.raw.length).toBe(before.raw.length)
  expect((await domscope.get('/healthz')).status).toBe(200)

  await daemon.startDaemon()
  await hostWhen(domscope, 'up again', ({ state, error }) => state === 'up' && error === null, 90_000)
  const healed = await domainWhen(
    domscope,
    uuid,
    'running again, fresh',
    ({ state, ageMs }) => state === 'running' && (ageMs ?? 1e9) < 5000,
  )
  expect(healed.id).toBe(before.id)
  expect((await hostsOf(domscope))[0]?.domains).toBe(NAMES.length)
})
