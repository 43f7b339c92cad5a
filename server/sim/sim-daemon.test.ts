import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readCapture } from '../../lib/libvirt/testing/captures.ts'
import { ByteBuilder, bytesOfHex } from '../../lib/xdr/testing/byte-builder.ts'
import { XdrReader } from '../../lib/xdr/xdr-reader.ts'
import { ManualClock } from '../testing/manual-clock.ts'
import { until } from '../testing/until.ts'
import type { SimDaemon } from './sim-daemon.ts'
import { createSimDaemon } from './sim-daemon.ts'
import { deriveSimHosts, parseSimUri } from './sim-uri.ts'
import { bulkArgs, RawClient } from './testing/raw-client.ts'

const BULK = 344
const LIST = 273

let dir: string
let socket: string
let clock: ManualClock
let daemon: SimDaemon
let clients: RawClient[]

beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'sim-daemon-'))
  socket = path.join(dir, 'sim.sock')
  clock = new ManualClock()
  const [spec] = deriveSimHosts(parseSimUri('sim:?hosts=1&domains=20&inactive=0&churn=off'))
  daemon = createSimDaemon({ host: spec!, clock })
  await daemon.listen(socket)
  clients = []
})

afterEach(async () => {
  for (const client of clients) client.end()
  await daemon.close()
  await rm(dir, { recursive: true, force: true })
})

async function open(options?: { readOnly: boolean }): Promise<RawClient> {
  const client = await RawClient.open(socket, options)
  clients.push(client)
  return client
}

function raw(): RawClient {
  const client = new RawClient(socket)
  clients.push(client)
  return client
}

/** Resolves after `client` answered a PING: whatever was sent before was read. */
async function readUpTo(client: RawClient): Promise<void> {
  const before = client.pongs
  client.ping()
  await until('a PONG', () => (client.pongs > before ? true : undefined))
}

/** The daemon's answer to a recorded call. */
function recorded(procedure: number): { call: Uint8Array; answer: Uint8Array } {
  const messages = readCapture('qemu-lifecycle')
  const at = messages.findIndex(
    ({ from, bytes }) => from === 'client' && new DataView(bytes.buffer).getInt32(12) === procedure,
  )
  return { call: messages[at]!.bytes, answer: messages[at + 1]!.bytes }
}

describe('opening a connection', () => {
  it.each([
    ['AUTH_LIST', 66],
    ['SUPPORTS_FEATURE(14) before OPEN', 60],
  ])('answers %s byte for byte as the recorded daemon', async (_name, procedure) => {
    const client = raw()
    const { call, answer } = recorded(procedure)
    client.send(call)
    const reply = await client.reply(new DataView(call.buffer).getUint32(20))
    expect(Buffer.from(reply.bytes).toString('hex')).toBe(Buffer.from(answer).toString('hex'))
  })

  it('answers the documented OPEN and an unknown procedure byte for byte', async () => {
    const client = await open()
    const { call, answer } = recorded(9999)
    client.send(call)
    const reply = await client.reply(15)
    expect(Buffer.from(reply.bytes).toString('hex')).toBe(Buffer.from(answer).toString('hex'))
    const opened = client.messages.find(({ header }) => header.procedure === 1)
    expect(Buffer.from(opened!.bytes).toString('hex')).toBe('0000001c200080860000000100000001000000010000000200000000')
  })

  it('answers PING with PONG before and after OPEN', async () => {
    const client = raw()
    client.send(bytesOfHex('0000001c 6b656570 00000001 00000001 00000002 00000000 00000000'))
    await until('a PONG', () => (client.pongs === 1 ? true : undefined))
    expect(Buffer.from(client.messages[0]!.bytes).toString('hex')).toBe(
      '0000001c6b656570000000010000000200000002' + '0000000000000000',
    )
  })

  it('refuses calls before OPEN, a second OPEN, foreign drivers and programs as libvirt does', async () => {
    const client = raw()
    expect(await client.refusal(6)).toMatchObject({ code: 1, domain: 7 })
    expect(await client.refusal(60, new ByteBuilder().u32(10))).toBeNull()
    const lxc = new ByteBuilder().optional((b) => b.string('lxc:///system')).u32(0)
    expect(await client.refusal(1, lxc)).toMatchObject({ code: 5 })
    expect(await client.refusal(1, new ByteBuilder().optional(null).u32(0))).toMatchObject({ code: 1 })
    const qemu = () => new ByteBuilder().optional((b) => b.string('')).u32(0)
    expect(await client.refusal(1, qemu())).toBeNull()
    expect(await client.refusal(6)).toBeNull()
    expect(await client.refusal(1, qemu())).toMatchObject({ code: 1, domain: 7 })
    expect(await client.refusal(6)).toMatchObject({ code: 1 })
    expect(await client.refusal(1, new ByteBuilder(), 0x11223344)).toMatchObject({ code: 39, domain: 7 })
  })

  it('forbids writing on a read-only connection and does not offer it on another', async () => {
    expect(await (await open()).refusal(12)).toMatchObject({ code: 29 })
    expect(await (await open({ readOnly: false })).refusal(12)).toMatchObject({ code: 84 })
  })

  it('answers short arguments with code 39 and goes on', async () => {
    const client = await open()
    expect(await client.refusal(23, new ByteBuilder().u32(400))).toMatchObject({ code: 39, domain: 7 })
    expect(await client.refusal(6)).toBeNull()
  })

  it.each([0, 3, 27, 33_554_437])('closes without a word on a length of %i', async (length) => {
    const client = await open()
    const before = client.messages.length
    client.send(new ByteBuilder().u32(length).raw(new Uint8Array(40)).build())
    await until('the end', () => client.closed || undefined)
    expect(client.messages.length).toBe(before)
  })
})

describe('calls about the node and the domains', () => {
  it('answers node statistics in two steps', async () => {
    const client = await open()
    for (const [procedure, first, count] of [
      [227, (n: number) => new ByteBuilder().i32(-1).u32(n).u32(0), 4],
      [228, (n: number) => new ByteBuilder().u32(n).i32(-1).u32(0), 4],
    ] as const) {
      const size = new XdrReader((await client.call(procedure, first(0))).body)
      expect([size.u32(), size.i32()]).toEqual([0, count])
      expect(new XdrReader((await client.call(procedure, first(count))).body).u32()).toBe(count)
    }
  })

  it('packs NODE_GET_INFO into 160 bytes, the model in 32 words', async () => {
    const { body } = await (await open()).call(6)
    expect(body.length).toBe(160)
    expect(String.fromCharCode(...[3, 7, 11].map((at) => body[at]!))).toBe('x86')
  })

  it('looks domains up by name, id and UUID and refuses others with code 42', async () => {
    const client = await open()
    const guest = daemon.host.guests[3]!
    const found = await client.call(23, new ByteBuilder().string(guest.name))
    const expected = new ByteBuilder().string(guest.name).fixed(guest.shape.uuid).i32(guest.id).build()
    expect(found.body).toEqual(expected)
    expect((await client.call(22, new ByteBuilder().i32(guest.id))).body).toEqual(expected)
    expect((await client.call(24, new ByteBuilder().fixed(guest.shape.uuid))).body).toEqual(expected)
    expect(await client.refusal(23, new ByteBuilder().string('nobody'))).toMatchObject({ code: 42, domain: 10 })
  })

  it('answers bulk statistics in a frame whose length is right', async () => {
    const client = await open()
    const reply = await client.call(BULK, bulkArgs(63))
    expect(new DataView(reply.bytes.buffer).getUint32(0)).toBe(reply.bytes.length)
    expect(new XdrReader(reply.body).u32()).toBe(20)
  })
})

describe('events', () => {
  it('go to those who registered, in libvirt’s order and with serial 1', async () => {
    const [all, one, none] = [await open(), await open(), await open()]
    const [guest, other] = [daemon.host.guests[5]!, daemon.host.guests[6]!]
    const forOne = new ByteBuilder().i32(0).optional((b) => b.string(other.name).fixed(other.shape.uuid).i32(other.id))
    const id = new XdrReader((await all.call(316, new ByteBuilder().i32(0).optional(null))).body).i32()
    await one.call(316, forOne)
    const { id: before } = guest
    await daemon.control({ op: 'stop', domain: guest.name })
    await daemon.control({ op: 'start', domain: guest.name })
    await until('four events', () => (all.lifecycle.length === 4 ? true : undefined))
    const body = (runs: number, event: number, detail: number) =>
      new ByteBuilder().i32(id).string(guest.name).fixed(guest.shape.uuid).i32(runs).i32(event).i32(detail).build()
    expect(all.lifecycle).toEqual([body(before, 6, 2), body(-1, 5, 1), body(guest.id, 4, 0), body(guest.id, 2, 0)])
    expect(all.messages.filter(({ header }) => header.type === 2).every(({ header }) => header.serial === 1)).toBe(true)
    expect(one.lifecycle.length + none.lifecycle.length).toBe(0)
    await daemon.control({ op: 'suspend', domain: other.name })
    await until('one event', () => (one.lifecycle.length === 1 ? true : undefined))
  })

  it('stop after the callback was deregistered, and unknown kinds are refused', async () => {
    const client = await open()
    const reply = await client.call(316, new ByteBuilder().i32(0).optional(null))
    const id = new XdrReader(reply.body).i32()
    expect(await client.refusal(316, new ByteBuilder().i32(99).optional(null))).toMatchObject({ code: 1, domain: 7 })
    expect(await client.refusal(317, new ByteBuilder().i32(id))).toBeNull()
    expect(await client.refusal(317, new ByteBuilder().i32(id))).toMatchObject({ code: 1 })
    await daemon.control({ op: 'suspend', domain: daemon.host.guests[0]!.name })
    await client.call(6)
    expect(client.lifecycle.length).toBe(0)
  })

  it('tell of devices and of a rename, which needs a domain that is off', async () => {
    const client = await open()
    for (const kind of [0, 13, 15, 19]) await client.call(316, new ByteBuilder().i32(kind).optional(null))
    const guest = daemon.host.guests.find(({ persistent, disks }) => persistent && disks.length > 0)!
    const domain = guest.name
    await daemon.control({ op: 'attachDisk', domain, target: 'vdk', index: 0 })
    await daemon.control({ op: 'detachDisk', domain, target: 'vdk' })
    await daemon.control({ op: 'setMemory', domain, memoryKiB: 524_288 })
    await expect(daemon.control({ op: 'rename', domain, to: 'x' })).rejects.toMatchObject({
      code: 'SIM_OPERATION_INVALID',
    })
    await daemon.control({ op: 'stop', domain })
    await daemon.control({ op: 'rename', domain, to: 'renamed' })
    await client.call(6)
    const procedures = client.messages.filter(({ header }) => header.type === 2).map(({ header }) => header.procedure)
    expect(procedures).toEqual([354, 333, 331, 318, 318, 318, 318])
    const details = client.lifecycle
      .slice(-2)
      .map((body) => [...new Uint8Array(body.slice(-8))].filter((byte) => byte > 0))
    expect(details).toEqual([[1, 1], [2]])
  })
})

describe('the window of five calls', () => {
  it('stops reading with five in flight: a sixth call and a PING wait', async () => {
    const client = await open()
    daemon.host.monitors.freeze(daemon.host.guests[0]!)
    for (const guest of daemon.host.guests.slice(1, 5)) daemon.host.monitors.freeze(guest)
    for (let call = 0; call < 5; call++) client.start(BULK, bulkArgs(2))
    const sixth = client.start(6)
    client.ping()
    await until('five calls', async () => {
      const report = (await daemon.control({ op: 'counters' })) as { inFlight: Record<string, number> }
      return report.inFlight[BULK] === 5 ? true : undefined
    })
    const other = await open()
    await readUpTo(other)
    expect(client.pongs).toBe(0)
    for (const guest of daemon.host.guests.slice(0, 5)) daemon.host.monitors.thaw(guest)
    expect((await client.reply(sixth)).status).toBe(0)
    await until('a PONG', () => (client.pongs === 1 ? true : undefined))
  })

  it('gives up a client that negotiated keepalive and is silent for 30 s, after pinging it', async () => {
    const client = await open()
    await client.call(60, new ByteBuilder().u32(10))
    for (let second = 0; second < 29; second++) clock.advance(1_000)
    await until('pings', () => (client.pings === 5 ? true : undefined))
    expect(client.closed).toBe(false)
    clock.advance(1_000)
    await until('the end', () => client.closed || undefined)
  })

  it('never pings a client that did not ask for it', async () => {
    const client = await open()
    clock.advance(120_000)
    await readUpTo(client)
    expect(client.pings).toBe(0)
  })
})

describe('faults', () => {
  it('ping-only answers PING while calls wait, and the calls once it is over', async () => {
    const client = await open()
    await daemon.control({ op: 'mode', mode: 'ping-only' })
    const call = client.start(LIST, new ByteBuilder().i32(1).u32(0))
    await readUpTo(client)
    expect(client.messages.some(({ header }) => header.procedure === LIST)).toBe(false)
    await daemon.control({ op: 'mode', mode: 'normal' })
    expect((await client.reply(call)).status).toBe(0)
  })

  it('dead answers nothing, and everything once it is over', async () => {
    const client = await open()
    await daemon.control({ op: 'mode', mode: 'dead' })
    const call = client.start(6)
    client.ping()
    const late = raw()
    late.ping()
    await new Promise((resolve) => setImmediate(resolve))
    expect(client.pongs + late.pongs).toBe(0)
    await daemon.control({ op: 'mode', mode: 'normal' })
    expect((await client.reply(call)).status).toBe(0)
    await until('both PONGs', () => (client.pongs + late.pongs === 2 ? true : undefined))
  })

  it.each([38, 39, 1])('fails the next bulk call with code %i, once', async (code) => {
    const client = await open()
    await daemon.control({ op: 'fail', code })
    expect(await client.refusal(BULK, bulkArgs(63))).toMatchObject({ code })
    expect(await client.refusal(BULK, bulkArgs(63))).toBeNull()
  })

  it('reorders replies that are close together', async () => {
    const client = await open()
    await daemon.control({ op: 'reorder', on: true })
    const serials = [6, 59, 3].map((procedure) => client.start(procedure))
    await until('three calls', async () => {
      const { calls } = (await daemon.control({ op: 'counters' })) as { calls: Record<string, number> }
      return calls[3] === 1 ? true : undefined
    })
    clock.advance(20)
    await Promise.all(serials.map((serial) => client.reply(serial)))
    const order = client.messages.map(({ header }) => header.serial).filter((serial) => serials.includes(serial))
    expect(order).toEqual(serials.toReversed())
  })

  it('trickles a reply in pieces that make the same bytes', async () => {
    const client = await open()
    await daemon.control({ op: 'trickle', bytes: 7, everyMs: 10 })
    const call = client.start(59)
    await until('the call', async () => {
      const { calls } = (await daemon.control({ op: 'counters' })) as { calls: Record<string, number> }
      return calls[59] === 1 ? true : undefined
    })
    expect(client.messages.some(({ header }) => header.procedure === 59)).toBe(false)
    for (let piece = 0; piece < 8; piece++) clock.advance(10)
    const { body } = await client.reply(call)
    expect(new XdrReader(body).string(100)).toBe('sim-01')
  })

  it('cuts the next bulk reply in the middle and drops the connection', async () => {
    const client = await open()
    await daemon.control({ op: 'cut', bytes: 1_000 })
    const before = client.messages.length
    client.start(BULK, bulkArgs(63))
    await until('the end', () => client.closed || undefined)
    expect(client.messages.length).toBe(before)
    expect(await (await open()).refusal(BULK, bulkArgs(63))).toBeNull()
  })

  it('delays calls other than the bulk call', async () => {
    const client = await open()
    await daemon.control({ op: 'delay', ms: 500 })
    const call = client.start(59)
    await readUpTo(client)
    expect(client.messages.some(({ header }) => header.serial === call && header.type === 1)).toBe(false)
    clock.advance(500)
    expect((await client.reply(call)).status).toBe(0)
  })

  it('restarts: connections go, domains stay with their ids and counters', async () => {
    const client = await open()
    const guest = daemon.host.guests[4]!
    const { id } = guest
    const done = daemon.control({ op: 'restart', downMs: 3_000 })
    await until('the end', () => client.closed || undefined)
    const early = raw()
    await until('a refused connection', () => early.closed || undefined)
    await until('the timer', () => {
      clock.advance(1_000)
      return new Promise<true | undefined>((resolve) => {
        void done.then(() => resolve(true))
        setTimeout(() => resolve(undefined), 1)
      })
    })
    expect(await (await open()).refusal(6)).toBeNull()
    expect(guest.id).toBe(id)
  })
})
