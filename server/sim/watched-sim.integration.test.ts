import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatUuid } from '../../lib/libvirt/domain-ref.ts'
import { findMetric } from '../../lib/metrics/catalogue.ts'
import { systemClock } from '../clock.ts'
import { until } from '../testing/until.ts'
import { type WatchedFleet, watchHost } from '../testing/watched-fleet.ts'
import { createSimDaemon, type SimDaemon } from './sim-daemon.ts'
import { deriveSimHosts, parseSimUri } from './sim-uri.ts'

let folder: string
let daemon: SimDaemon
let watched: WatchedFleet

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'domscope-sim-'))
  const [host] = deriveSimHosts(parseSimUri('sim:?hosts=1&domains=60&churn=off&inactive=0&partial=0'))
  daemon = createSimDaemon({ host: host!, clock: systemClock })
  const socket = path.join(folder, 'sim.sock')
  await daemon.listen(socket)
  watched = watchHost(`qemu+unix:///system?socket=${socket}`)
  await until('all rows', () => (watched.fleet.domains.aliveCount === 60 ? true : undefined))
})

afterAll(async () => {
  await watched?.stop()
  await daemon?.close()
  rmSync(folder, { recursive: true, force: true })
})

const LONG = { timeoutMs: 60_000 }
const running = () => daemon.host.guests.filter(({ active, state }) => active && state === 1)
const uuidOf = (guest: ReturnType<typeof running>[number]) => formatUuid(guest.shape.uuid)
const rowOf = (guest: ReturnType<typeof running>[number]) => watched.fleet.rowsOf(uuidOf(guest))[0]!
const textsOf = (guest: ReturnType<typeof running>[number]) =>
  watched.fleet.events.events(uuidOf(guest)).map(({ text }) => text)
const metricOf = (guest: ReturnType<typeof running>[number], id: string) =>
  watched.fleet.value(rowOf(guest), findMetric(id)!)

describe('a simulated host, watched as the program does', () => {
  test('tells of projects, limits and titles in its XML', async () => {
    const guest = running().find(({ shape }) => shape.project !== null && shape.disks.length > 0)!
    const facts = await until('its facts', () => watched.fleet.facts(rowOf(guest)).facts ?? undefined, LONG)
    expect(facts.nova?.project?.name).toBe(guest.shape.project)
    expect(facts.nova?.ips[0]).toMatch(/^10\./)
    expect(facts.disks[0]?.limits.total_iops).toBeGreaterThan(0)
    expect(facts.nics.map(({ mac }) => mac)).toEqual(guest.nics.map(({ mac }) => mac))
    await until('its share of the limit', () => metricOf(guest, 'diskCapPercent') ?? undefined, LONG)
    await daemon.control({ op: 'setTitle', domain: guest.name, title: 'shop & more' })
    const title = () => watched.fleet.domains.text('title')?.get(rowOf(guest))
    await until('the new title', () => (title() === 'shop & more' ? true : undefined), LONG)
    expect(textsOf(guest)).toEqual(['metadata changed: title'])
  })

  test('tells of frozen storage, and of its end', async () => {
    const busiest = running().toSorted((a, b) => iopsOf(b) - iopsOf(a))[0]!
    await until('enough requests', () => (rowStat(busiest, 'block.0.wr.reqs') > 0n ? true : undefined))
    const atFirst = rowStat(busiest, 'block.0.wr.reqs')
    await until('it to be busy', () => (rowStat(busiest, 'block.0.wr.reqs') > atFirst + 400n ? true : undefined), LONG)
    await daemon.control({ op: 'freezeIo', domain: busiest.name })
    expect(
      await until('the stall', () => metricOf(busiest, 'ioStoppedSeconds') || undefined, LONG),
    ).toBeGreaterThanOrEqual(3)
    await daemon.control({ op: 'thawIo', domain: busiest.name })
    await until('its end', () => (textsOf(busiest).length === 2 ? true : undefined), LONG)
    expect(textsOf(busiest)).toEqual([
      expect.stringMatching(/^no disk request finishes any more, after \d+ a second: suspected stall$/),
      expect.stringMatching(/^disk requests finish again, after [\d.]+ s without$/),
    ])
  })

  test('tells how far a core dump and a copy are, and when they are over', async () => {
    const [dumped, copied] = running()
      .filter(({ shape }) => shape.disks.length > 0)
      .slice(-2)
    await daemon.control({ op: 'startJob', domain: dumped!.name, job: 'dump', seconds: 12 })
    await daemon.control({ op: 'startJob', domain: copied!.name, job: 'copy', seconds: 8 })
    const jobOf = (guest: typeof dumped) => watched.fleet.jobs(rowOf(guest!))[0]
    const copy = await until('the copy', () => jobOf(copied), LONG)
    expect(copy).toMatchObject({ kind: 'copy', disk: copied!.disks[0]!.target })
    expect(copy.percent).toBeGreaterThan(40)
    const dump = await until('the dump', () => jobOf(dumped), LONG)
    expect(dump).toMatchObject({ kind: 'dump', disk: null })
    expect(dump.percent).toBeGreaterThan(0)
    const column = watched.fleet.domains.column('jobKind')!
    const word = () => watched.fleet.domains.dictionaries.get(column.number)?.word(column.codes[rowOf(dumped!)]!)
    await until('the dump in the grid', () => (word() === 'dump' ? true : undefined), LONG)
    await until(
      'the end of both',
      () => (jobOf(dumped) === undefined && jobOf(copied) === undefined ? true : undefined),
      LONG,
    )
    const target = copied!.disks[0]!.target
    expect(textsOf(copied!)).toEqual([`block copy of ${target}: ready`, `block copy of ${target}: completed`])
    expect(textsOf(dumped!)).toEqual(['dump completed after 12 s'])
    await until('the grid without it', () => (word() === null ? true : undefined), LONG)
  })
})

function iopsOf({ disks }: ReturnType<typeof running>[number]): number {
  return disks.reduce((sum, disk) => sum + disk.readIops + disk.writeIops, 0)
}

function rowStat(guest: ReturnType<typeof running>[number], name: string): bigint {
  return BigInt(watched.fleet.stat(rowOf(guest), name)?.value ?? 0)
}
