import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseLibvirtUri } from '../../lib/libvirt/uri.ts'
import { findMetric } from '../../lib/metrics/catalogue.ts'
import { systemClock } from '../clock.ts'
import { checkHost, formatCheckReport } from '../libvirt/check.ts'
import { silentLog } from '../log.ts'
import { type Containers, prepareContainers } from './real/containers.ts'
import { type RealLibvirtd, startRealLibvirtd } from './real/real-libvirtd.ts'
import { until } from './until.ts'
import { type WatchedFleet, watchHost } from './watched-fleet.ts'

const LONG = { timeoutMs: 60_000, everyMs: 100 }
const SAID = 'disk, network and vCPU statistics: the LXC driver has no bulk statistics'

let daemon: RealLibvirtd
let containers: Containers
let watched: WatchedFleet
const warnings: string[] = []

beforeAll(async () => {
  daemon = await startRealLibvirtd()
  containers = await prepareContainers(daemon)
  await containers.define('defined-01')
  await containers.define('busy-01', 'while :; do :; done')
  await containers.define('idle-01')
  watched = watchHost(containers.uri, { ...silentLog, warn: (event) => void warnings.push(event) })
})

afterAll(async () => {
  await watched?.stop()
  await daemon?.stop()
})

const status = () => watched.fleet.hostStatuses()[0]!

async function rowOf(name: string): Promise<number> {
  const uuid = (await containers.virsh('domuuid', name)).trim()
  return until(`the row of ${name}`, () => watched.fleet.rowsOf(uuid)[0])
}

const value = (row: number, id: string) => watched.fleet.value(row, findMetric(id)!)

/** Whether containers can run where we are: some kernels have no cgroups that libvirt 9.0 can use. */
async function start(name: string): Promise<boolean> {
  try {
    await containers.virsh('start', name)
    return true
  } catch (error) {
    if (/cgroup/i.test(String(error))) return false
    throw error
  }
}

describe('a real daemon whose driver has no bulk statistics', () => {
  test('shows the domains that are defined, without an error, and says what it cannot give', async () => {
    await until('all domains', () => (status().domains === 3 ? true : undefined), LONG)
    expect([status().state, status().error, status().active]).toEqual(['up', null, 0])
    expect(watched.fleet.identity(await rowOf('defined-01'))).toMatchObject({ id: -1, state: 'shut off' })
    expect(status().missing.join()).toContain(SAID)
  })

  test('--check says the same, and no raw error', async () => {
    const report = await checkHost(parseLibvirtUri(containers.uri), { clock: systemClock, log: silentLog })
    const text = formatCheckReport(report)
    expect([report.ok, report.inactive, text.includes(SAID)]).toEqual([true, 3, true])
    expect(text).not.toMatch(/not supported|hanging|balloon/)
  })

  test('CPU and memory of containers that run are measured; start, pause and stop show soon', async () => {
    const [busy, idle] = [await rowOf('busy-01'), await rowOf('idle-01')]
    if (!(await start('busy-01'))) return
    await start('idle-01')
    const cores = await until('CPU use', () => value(busy, 'coresUsed') ?? undefined, LONG)
    expect([cores > 0.02, cores < 1.5]).toEqual([true, true])
    // Its first reading holds the work of its start.
    await until('rest of the idle one', () => ((value(idle, 'coresUsed') ?? 1) < 0.02 ? true : undefined), LONG)
    expect(await until('its memory', () => value(busy, 'rssKiB') ?? undefined, LONG)).toBeLessThan(65_536)
    expect([value(busy, 'memoryMaximumKiB'), value(busy, 'vcpuOnline')]).toEqual([65_536, 2])
    const percent = await until('CPU in per cent', () => value(busy, 'cpuPercent') ?? undefined, LONG)
    expect([percent > 1, percent < 75]).toEqual([true, true])
    expect([status().partial, watched.fleet.partial(busy), watched.fleet.partial(idle)]).toEqual([0, null, null])
    expect([value(busy, 'diskIops'), value(busy, 'netRxBps')]).toEqual([null, null])
    expect(watched.fleet.identity(busy)).toMatchObject({ state: 'running', reason: 'booted' })

    await containers.virsh('suspend', 'busy-01')
    await until('the pause', () => (watched.fleet.identity(busy).state === 'paused' ? true : undefined), LONG)
    await containers.virsh('resume', 'busy-01')
    await until(
      'the end of the pause',
      () => (watched.fleet.identity(busy).state === 'running' ? true : undefined),
      LONG,
    )
    await containers.virsh('destroy', 'busy-01')
    await until('the stop', () => (watched.fleet.identity(busy).id === -1 ? true : undefined), LONG)
    await containers.virsh('undefine', 'defined-01')
    await until('the end of one', () => (status().domains === 2 ? true : undefined), LONG)
  })

  test('it was no trouble for anybody: no error, no warning', () => {
    expect([status().state, status().error, warnings]).toEqual(['up', null, []])
  })
})
