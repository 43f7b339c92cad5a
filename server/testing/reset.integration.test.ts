import { afterAll, beforeAll, expect, test } from 'vitest'
import { findMetric } from '../../lib/metrics/catalogue.ts'
import { plan } from './real/guests.ts'
import { type RealLibvirtd, startRealLibvirtd } from './real/real-libvirtd.ts'
import { until } from './until.ts'
import { type WatchedFleet, watchHost } from './watched-fleet.ts'

const LONG = { timeoutMs: 110_000, everyMs: 50 }
let daemon: RealLibvirtd
let watched: WatchedFleet

beforeAll(async () => {
  daemon = await startRealLibvirtd()
})

afterAll(async () => {
  await watched?.stop()
  await daemon?.stop()
})

test('[RA67] a busy guest that is reset and then quiet is no suspected stall, and the reset is told once', async () => {
  await daemon.add(plan('reader-01', { load: 'read-until-reset' }))
  const uuid = await daemon.uuidOf('reader-01')
  watched = watchHost(daemon.uri)
  const { fleet } = watched
  const row = await until('the row', () => fleet.rowsOf(uuid)[0])
  const iops = () => fleet.value(row, findMetric('diskIops')!)
  const finished = () => Number(fleet.stat(row, 'block.0.rd.reqs')?.value ?? 0)
  await until('the guest to be busy', () => ((iops() ?? 0) > 20 ? true : undefined), LONG)
  const atFirst = finished()
  await until('enough requests to count as busy', () => (finished() > atFirst + 500 ? true : undefined), LONG)

  await daemon.virsh('reset', 'reader-01')
  await until('the disk to be quiet', () => (iops() === 0 ? true : undefined), LONG)
  const quietAt = performance.now()
  const stopped: (number | null)[] = []
  await until('twice the time that a stall takes', () => {
    stopped.push(fleet.value(row, findMetric('ioStoppedSeconds')!))
    return performance.now() - quietAt > 8_000 ? true : undefined
  })
  expect(stopped.length).toBeGreaterThan(50)
  expect(stopped.filter((seconds) => seconds !== null && seconds > 0)).toEqual([])
  const told = fleet.events.events(uuid).map(({ kind, text }) => `${kind}: ${text}`)
  expect(told.filter((text) => !text.startsWith('agent') && !text.startsWith('started'))).toEqual([
    'reboot: reset or rebooted',
  ])
})
