import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findMetric } from '../../lib/metrics/catalogue.ts'
import { bootableDisk } from './real/boot-sector.ts'
import { plan } from './real/guests.ts'
import { type RealLibvirtd, startRealLibvirtd } from './real/real-libvirtd.ts'
import { until } from './until.ts'
import { type WatchedFleet, watchHost } from './watched-fleet.ts'

const LONG = { timeoutMs: 110_000, everyMs: 100 }
let daemon: RealLibvirtd
let watched: WatchedFleet

beforeAll(async () => {
  daemon = await startRealLibvirtd()
})

afterAll(async () => {
  await watched?.stop()
  await daemon?.stop()
})

/** A server whose one disk boots into reading itself; a signal to it is what happens to a storage backend. */
async function startBackend() {
  const [image, socket, pidFile] = ['nbd.img', 'nbd.sock', 'nbd.pid'].map((name) => path.join(daemon.folder, name))
  writeFileSync(image!, bootableDisk('read'))
  await daemon.namespace.run(
    `qemu-nbd --fork --persistent --format=raw --pid-file=${pidFile} --socket=${socket} ${image}`,
  )
  const signal = (name: string) => daemon.namespace.run(`kill -${name} $(cat ${pidFile})`)
  const source = () => `<source protocol='nbd'><host transport='unix' socket='${socket}'/></source>`
  return { source, freeze: () => signal('STOP'), thaw: () => signal('CONT') }
}

test('storage that freezes is told from an idle guest within seconds, and its end is told too', async () => {
  const backend = await startBackend()
  await daemon.add(plan('reader-01', { load: 'read', xml: { source: backend.source } }))
  await daemon.add(plan('idle-01', {}))
  watched = watchHost(daemon.uri)
  const { fleet } = watched
  const rowOf = async (name: string) => {
    const uuid = await daemon.uuidOf(name)
    return until(`the row of ${name}`, () => fleet.rowsOf(uuid)[0])
  }
  const [reader, idle] = [await rowOf('reader-01'), await rowOf('idle-01')]
  const value = (row: number, id: string) => fleet.value(row, findMetric(id)!)
  const kinds = () => fleet.events.events(fleet.identity(reader).uuid).map(({ kind }) => kind)

  await until('the guest to be busy', () => ((value(reader, 'diskIops') ?? 0) > 100 ? true : undefined), LONG)
  const finished = () => Number(fleet.stat(reader, 'block.0.rd.reqs')?.value ?? 0)
  const atFirst = finished()
  await until('enough requests to count as busy', () => (finished() > atFirst + 500 ? true : undefined), LONG)
  expect(kinds()).not.toContain('io-stopped')

  await backend.freeze()
  const stopped = await until('the stall', () => value(reader, 'ioStoppedSeconds') || undefined, LONG)
  expect(stopped).toBeGreaterThanOrEqual(3)
  expect(stopped).toBeLessThan(30)
  expect([value(reader, 'diskIops'), value(idle, 'ioStoppedSeconds')]).toEqual([0, 0])
  expect(fleet.identity(reader).state).toBe('running')
  expect(fleet.notes(reader).ioStoppedSeconds).toBe('suspected stall')
  await until('the event', () => (kinds().includes('io-stopped') ? true : undefined))
  await until('its age to grow', () => (value(reader, 'ioStoppedSeconds')! > stopped + 2 ? true : undefined), LONG)

  await backend.thaw()
  await until('the end', () => (value(reader, 'ioStoppedSeconds') === 0 ? true : undefined), LONG)
  await until('its event', () => (kinds().includes('io-resumed') ? true : undefined))
})
