import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findMetric } from '../../lib/metrics/catalogue.ts'
import { systemClock } from '../clock.ts'
import { silentLog } from '../log.ts'
import { until } from '../testing/until.ts'
import { type WatchedFleet, watchHost } from '../testing/watched-fleet.ts'
import { createSimDaemon, type SimDaemon } from './sim-daemon.ts'
import { deriveSimHosts, parseSimUri } from './sim-uri.ts'

const LONG = { timeoutMs: 20_000, everyMs: 50 }
let dir: string
let daemon: SimDaemon
let watched: WatchedFleet
const warnings: string[] = []

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'sim-lxc-'))
  const [spec] = deriveSimHosts(parseSimUri('sim:?hosts=1&domains=120&inactive=10&churn=off&driver=lxc'))
  daemon = createSimDaemon({ host: spec!, clock: systemClock })
  await daemon.listen(path.join(dir, 'sim.sock'))
  const uri = `qemu+unix:///system?socket=${path.join(dir, 'sim.sock')}`
  watched = watchHost(uri, { ...silentLog, warn: (event) => void warnings.push(event) })
})

afterEach(async () => {
  await watched.stop()
  await daemon.close()
  await rm(dir, { recursive: true, force: true })
})

describe('a simulated driver without bulk statistics', () => {
  it('shows every domain with its state, CPU and memory; the rest is unknown, and said to be', async () => {
    const { fleet } = watched
    const status = () => fleet.hostStatuses()[0]!
    await until('all domains', () => (status().domains === 120 ? true : undefined), LONG)
    const guest = daemon.host.guests.find(({ active }) => active)!
    const uuid = Buffer.from(guest.shape.uuid)
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    const row = await until('a row', () => fleet.rowsOf(uuid)[0], LONG)
    const value = (id: string) => fleet.value(row, findMetric(id)!)
    await until('CPU use', () => value('coresUsed') ?? undefined, LONG)
    expect([value('vcpuOnline'), value('memoryMaximumKiB')]).toEqual([
      guest.vcpuIds.length,
      guest.shape.memoryMaximumKiB,
    ])
    expect([value('diskIops'), value('netRxBps'), value('cpuBusiestVcpuPercent')]).toEqual([null, null, null])
    expect(fleet.identity(row)).toMatchObject({ state: 'running', reason: 'booted' })
    expect([status().state, status().error, status().active, warnings]).toEqual([
      'up',
      null,
      daemon.host.guests.filter(({ active }) => active).length,
      [],
    ])
    expect(status().missing.join()).toContain('the LXC driver has no bulk statistics')
  })
})
