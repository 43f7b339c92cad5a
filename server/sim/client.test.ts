import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseLibvirtUri } from '../../lib/libvirt/uri.ts'
import { systemClock } from '../clock.ts'
import type { BulkReply, DomainEvent, HostSession } from '../libvirt/host-session.ts'
import { openSession } from '../libvirt/open-session.ts'
import { silentLog } from '../log.ts'
import { until } from '../testing/until.ts'
import type { SimDaemon } from './sim-daemon.ts'
import { createSimDaemon } from './sim-daemon.ts'
import { deriveSimHosts, parseSimUri } from './sim-uri.ts'

const NOWAIT = 2 ** 29
const ACTIVE = 1

let dir: string
let daemon: SimDaemon
let session: HostSession

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'sim-client-'))
  const [spec] = deriveSimHosts(parseSimUri('sim:?hosts=1&domains=50&inactive=10&churn=off'))
  daemon = createSimDaemon({ host: spec!, clock: systemClock })
  const socket = path.join(dir, 'sim.sock')
  await daemon.listen(socket)
  const uri = parseLibvirtUri(`qemu+unix:///system?socket=${socket}`)
  session = await openSession(uri, { clock: systemClock, log: silentLog })
})

afterEach(async () => {
  await session.close()
  await daemon.close()
  await rm(dir, { recursive: true, force: true })
})

describe('our own client on a simulated host', () => {
  it('learns the host and misses nothing', async () => {
    expect(session.facts).toMatchObject({ hostname: 'sim-01', type: 'QEMU', libvirtVersion: 9_000_000 })
    expect(session.facts.node.memoryKiB).toBe(daemon.host.world.node.memoryKiB)
    expect(session.facts.missing).toEqual([])
    expect((await session.nodeCpuStats())?.get('idle')).toBeGreaterThan(0n)
    expect(await session.hugePages()).toEqual({ totalKiB: 0, freeKiB: 0 })
    expect((await session.nodeMemoryStats())?.get('total')).toBe(BigInt(daemon.host.world.node.memoryKiB))
  })

  it('lists, reads statistics and XML', async () => {
    const domains = await session.listDomains(0)
    expect(domains.length).toBe(50)
    const reply = await session.bulkStats({ groups: 63, flags: NOWAIT | ACTIVE }, 5_000)
    expect(new DataView(reply.words.buffer, reply.words.byteOffset).getUint32(0)).toBe(
      domains.filter(({ id }) => id !== -1).length,
    )
    expect(await session.xmlDesc(domains[0]!)).toContain('<devices>')
    expect(await session.controlInfo(domains.find(({ id }) => id !== -1)!)).toMatchObject({ state: 0, stateTimeMs: 0 })
  })

  it('loses the calls it is told to lose, and answers everything else', async () => {
    await daemon.control({ op: 'lose', times: 1, procedure: 344 })
    const bulk = () => session.bulkStats({ groups: 1, flags: NOWAIT | ACTIVE }, 100)
    await expect(bulk()).rejects.toMatchObject({ code: 'RPC_TIMEOUT' })
    expect((await bulk()).bytes).toBeGreaterThan(28)
    await daemon.control({ op: 'lose', times: 1 })
    await expect(session.listDomains(0, 100)).rejects.toMatchObject({ code: 'RPC_TIMEOUT' })
    expect(await session.listDomains(0)).toHaveLength(50)
    expect(session.orphans).toBe(2)
  })

  it('hears of a stop and a start', async () => {
    const heard: DomainEvent[] = []
    session.onEvent((event) => heard.push(event))
    const guest = daemon.host.guests.find(({ active, persistent }) => active && persistent)!
    await daemon.control({ op: 'stop', domain: guest.name })
    await daemon.control({ op: 'start', domain: guest.name })
    await until('four events', () => (heard.length === 4 ? true : undefined))
    expect(heard.map((event) => event.kind === 'lifecycle' && [event.event, event.detail])).toEqual([
      [6, 2],
      [5, 1],
      [4, 0],
      [2, 0],
    ])
  })

  it('times out on a frozen QEMU, gets partial records after, and the late reply once it is thawed', async () => {
    const guest = daemon.host.guests.find(({ active }) => active)!
    await daemon.control({ op: 'freeze', domain: guest.name })
    const late: BulkReply[] = []
    const stuck = session.bulkStats({ groups: 46, flags: NOWAIT | ACTIVE }, 50, (reply) => late.push(reply))
    await expect(stuck).rejects.toMatchObject({ code: 'RPC_TIMEOUT' })
    expect(session.orphans).toBe(1)
    const partial = await session.bulkStats({ groups: 46, flags: NOWAIT | ACTIVE }, 5_000)
    expect((await session.controlInfo({ ...guest, uuid: guest.shape.uuid })).state).toBe(2)
    await daemon.control({ op: 'thaw', domain: guest.name })
    await until('the late reply', () => late[0])
    expect(late[0]!.bytes).toBeGreaterThan(partial.bytes)
    expect(session.orphans).toBe(0)
  })
})

describe('a simulated host that reserves huge pages', () => {
  it('tells of its pool, of which its guests on huge pages have a part', async () => {
    const [, spec] = deriveSimHosts(parseSimUri('sim:?hosts=2&domains=100&inactive=10&churn=off'))
    const other = createSimDaemon({ host: spec!, clock: systemClock })
    const socket = path.join(dir, 'pool.sock')
    await other.listen(socket)
    const uri = parseLibvirtUri(`qemu+unix:///system?socket=${socket}`)
    const client = await openSession(uri, { clock: systemClock, log: silentLog })
    const { node } = other.host.world
    const taken = other.host.guests.filter(({ active, shape }) => active && shape.hugePages)
    const takenKiB = taken.reduce((sum, { shape }) => sum + shape.memoryMaximumKiB, 0)
    expect(takenKiB).toBeGreaterThan(0)
    expect(await client.hugePages()).toEqual({
      totalKiB: node.hugePagesKiB,
      freeKiB: Math.max(0, node.hugePagesKiB - takenKiB),
    })
    await client.close()
    await other.close()
  })
})
