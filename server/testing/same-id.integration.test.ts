import { afterAll, beforeAll, expect, test } from 'vitest'
import { plan } from './real/guests.ts'
import { type RealLibvirtd, startRealLibvirtd } from './real/real-libvirtd.ts'
import { until } from './until.ts'
import { type WatchedFleet, watchHost } from './watched-fleet.ts'

const LONG = { timeoutMs: 140_000, everyMs: 100 }
/** More than the connection is away, so that it shows who has it. */
const ENOUGH_NS = 20_000_000_000
let daemon: RealLibvirtd
let watched: WatchedFleet

beforeAll(async () => {
  daemon = await startRealLibvirtd()
})

afterAll(async () => {
  await watched?.stop()
  await daemon?.stop()
})

test('[RA15] a guest with its old id after a restart of libvirtd begins anew; one that ran on goes on', {
  timeout: 300_000,
}, async () => {
  await daemon.add(plan('keeper-01', { load: 'spin' }))
  // The highest id is the one that is given again.
  await daemon.add(plan('restarted-01', { load: 'spin' }))
  watched = watchHost(daemon.uri)
  const { fleet } = watched
  const rowOf = async (name: string) => {
    const uuid = await daemon.uuidOf(name)
    return until(`the row of ${name}`, () => fleet.rowsOf(uuid)[0])
  }
  const [keeper, restarted] = [await rowOf('keeper-01'), await rowOf('restarted-01')]
  const used = (row: number) => Number(fleet.stat(row, 'vcpu.0.time')?.value ?? 0)
  await until(
    'both to have used CPU time',
    () => (Math.min(used(keeper), used(restarted)) > ENOUGH_NS ? true : undefined),
    {
      ...LONG,
    },
  )
  const idBefore = fleet.identity(restarted).id
  const since = [keeper, restarted].map((row) => fleet.samples.processSince(row))
  const pid = await daemon.guestPid('restarted-01')

  await daemon.killDaemon()
  process.kill(pid, 'SIGKILL')
  // As if the daemon had seen its end and was restarted after that, before we came back: a guest of which it still keeps
  // a status would count as one that runs, and have its id to itself.
  await daemon.namespace.run('rm /run/libvirt/qemu/restarted-01.xml')
  await daemon.startDaemon()
  await daemon.virsh('start', 'restarted-01')
  const lostAt = performance.now()
  await until(
    'new samples of both',
    () => {
      const at = [keeper, restarted].map((row) => fleet.samples.sampledAt(row, 3))
      return Math.min(...at) > lostAt && fleet.samples.sampledAt(restarted, 1) > 0 ? true : undefined
    },
    LONG,
  )
  await until('another second of them', () => (performance.now() - lostAt > 5_000 ? true : undefined), LONG)

  expect(fleet.identity(restarted).id).toBe(idBefore)
  expect(fleet.samples.processSince(restarted)).toBeGreaterThan(since[1]!)
  expect(used(restarted)).toBeLessThan(ENOUGH_NS)
  expect(fleet.samples.processSince(keeper)).toBe(since[0])
})
