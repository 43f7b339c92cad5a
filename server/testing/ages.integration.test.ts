import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findDomainRow } from '../../lib/query/row-uuid.ts'
import { systemClock } from '../clock.ts'
import { createSimDaemon, type SimDaemon } from '../sim/sim-daemon.ts'
import { deriveSimHosts, parseSimUri } from '../sim/sim-uri.ts'
import { type ApiDomain, domainOf, domainWhen, hostsOf } from './api.ts'
import { type GridStream, openGridStream } from './grid-stream.ts'
import { plan } from './real/guests.ts'
import { type RealLibvirtd, startRealLibvirtdWith } from './real/real-libvirtd.ts'
import { type Domscope, startDomscope } from './start-domscope.ts'
import { until } from './until.ts'

const LONG = { timeoutMs: 90_000, everyMs: 200 }
/** What two questions and a busy machine may lie apart. */
const APART_MS = 2500

interface ListedRow extends ApiDomain {
  readonly vcpuOnline: number | null
}

let folder: string
let sim: SimDaemon
let real: RealLibvirtd
let domscope: Domscope
let stream: GridStream

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'domscope-ages-'))
  const [host] = deriveSimHosts(parseSimUri('sim:?hosts=1&domains=40&churn=off&partial=0'))
  sim = createSimDaemon({ host: host!, clock: systemClock })
  const socket = path.join(folder, 'sim.sock')
  await sim.listen(socket)
  real = await startRealLibvirtdWith(['stuck-01', 'well-01'].map((name) => plan(name, {})))
  const connect = ['--connect', `sim=qemu+unix:///system?socket=${socket}`, '--connect', `real=${real.uri}`]
  domscope = await startDomscope([...connect, '--duty', '50'])
  await domscope.ready()
  stream = openGridStream(domscope.origin)
  await until('all rows', () => (stream.replica.domains.aliveCount === 42 ? true : (stream.failure ?? undefined)), LONG)
})

afterAll(async () => {
  stream?.close()
  await domscope?.stop()
  await real?.stop()
  await sim?.close()
  rmSync(folder, { recursive: true, force: true })
})

const listed = async (host: string) => {
  const { body } = await domscope.get(`/api/v1/domains?host=${host}&columns=cpuPercent&sort=name`)
  return (body as { rows: readonly ListedRow[] }).rows
}

const hostNamed = async (name: string) => {
  const host = (await hostsOf(domscope)).find((one) => one.host === name)!
  const number = (field: string) => host[field] as number
  return {
    ageMs: number('ageMs'),
    monitorAgeMs: number('monitorAgeMs'),
    monitorOverdueMs: number('monitorOverdueMs'),
    monitorIntervalMs: number('monitorIntervalMs'),
  }
}

/** Age of a typed parameter of a domain. */
const rawAge = ({ raw }: ApiDomain, name: string) => raw.find((one) => one.name === name)!.ageMs

const near = (age: number | null | undefined, expected: number) => {
  expect(age).toBeGreaterThan(expected - APART_MS)
  expect(age).toBeLessThan(expected + APART_MS)
}

test('while monitor calls are withheld and fast ones go on, host, list, domain, parameter and stream tell one growing age', async () => {
  const running = (await listed('sim')).find(({ state }) => state === 'running')!
  const off = (await listed('sim')).find(({ state }) => state === 'shut off')!
  await domainWhen(domscope, running.uuid, 'read', ({ metrics, ageMs }) => metrics.cpuPercent !== null && ageMs! < 5000)
  await sim.control({ op: 'slowMonitor', ms: 600_000 })

  for (const least of [8000, 14_000]) {
    const age = async () => ((await hostNamed('sim')).monitorAgeMs > least ? true : undefined)
    await until(`monitor groups to be ${least} ms old`, age, LONG)
    const host = await hostNamed('sim')
    const row = (await listed('sim')).find(({ uuid }) => uuid === running.uuid)!
    const domain = (await domainOf(domscope, running.uuid))!
    const streamed = stream.ageOf('sim', running.uuid, true)!
    near(row.ageMs, host.monitorAgeMs)
    near(domain.ageMs, host.monitorAgeMs)
    near(rawAge(domain, 'cpu.time'), host.monitorAgeMs)
    near(streamed.ageMs, host.monitorAgeMs)
    for (const overdue of [row.overdueMs, domain.overdueMs, streamed.overdueMs]) near(overdue, host.monitorOverdueMs)
    near(host.monitorOverdueMs, host.monitorAgeMs - host.monitorIntervalMs)
    // The fast groups are on time, and say so.
    expect(host.ageMs).toBeLessThan(host.monitorAgeMs - 4000)
    expect(rawAge(domain, 'state.state')).toBeLessThan(host.monitorAgeMs - 4000)
    // What has no process has no monitor group either: its state is as old as the roster, which goes on.
    const inactive = (await listed('sim')).find(({ uuid }) => uuid === off.uuid)!
    near(inactive.ageMs, stream.ageOf('sim', off.uuid, false)!.ageMs)
    expect(inactive.overdueMs).toBeLessThan(5000)
    const { body } = await domscope.get('/api/v1/domains?host=sim&sort=-age&limit=1')
    expect((body as { rows: readonly ListedRow[] }).rows[0]!.ageMs).toBeGreaterThan(least)
  }
  expect(stream.failure).toBeNull()
  await sim.control({ op: 'slowMonitor', ms: 0 })
})

test('a guest whose QEMU does not answer is partial with its reason and its own age, and its neighbour is neither', async () => {
  const [stuck, well] = [await real.uuidOf('stuck-01'), await real.uuidOf('well-01')]
  const fresh = ({ partial, ageMs, metrics }: ApiDomain) =>
    partial === null && ageMs! < 20_000 && metrics.rssKiB !== null
  for (const uuid of [stuck, well]) await domainWhen(domscope, uuid, 'whole', fresh, LONG.timeoutMs)
  const pid = await real.guestPid('stuck-01')
  process.kill(pid, 'SIGSTOP')
  try {
    const told = ({ partialReason }: ApiDomain) => /^QEMU does not answer its monitor: stuck /.test(partialReason ?? '')
    const partial = await domainWhen(
      domscope,
      stuck,
      'stuck',
      (domain) => told(domain) && domain.ageMs! > 15_000,
      90_000,
    )
    expect(partial.partial).toContain('balloon')
    expect(partial.state).toBe('running')
    expect(rawAge(partial, 'balloon.rss')).toBeGreaterThan(10_000)
    const neighbour = await domainWhen(domscope, well, 'whole again', (domain) => domain.ageMs! < partial.ageMs! - 4000)
    expect([neighbour.partial, neighbour.partialReason]).toEqual([null, null])
    near(stream.ageOf('real', stuck, true)!.ageMs, (await domainOf(domscope, stuck))!.ageMs!)
    near(stream.ageOf('real', well, true)!.ageMs, (await domainOf(domscope, well))!.ageMs!)
    const { replica } = stream
    const exception = replica.exceptions.get(findDomainRow(replica.domains, replica.hosts, 'real', stuck))
    expect(exception).toMatchObject({ cause: 3 })
    expect(exception!.partialGroups).not.toBe(0)
    const row = (await listed('real')).find(({ uuid }) => uuid === stuck)!
    expect([row.partial, told(row)]).toEqual([partial.partial, true])
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  await domainWhen(domscope, stuck, 'whole again', fresh, LONG.timeoutMs)
})
