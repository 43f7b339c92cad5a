import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NO_VIEW } from '../../lib/sync/messages/view-request.ts'
import { CloseCode, MessageType, ResyncCause, SUBPROTOCOL } from '../../lib/sync/wire/protocol.ts'
import { createFeed } from './feed.ts'
import type { Feed } from './live-fleet.ts'
import { FakeClock, FakeServer } from './testing/fake-server.ts'

let clock: FakeClock
let server: FakeServer
let feed: Feed

beforeEach(() => {
  clock = new FakeClock()
  server = new FakeServer()
  const { createSocket } = server
  feed = createFeed({ url: 'ws://host/api/v1/stream', build: 'build-1', createSocket, clock, random: () => 0.5 })
  feed.setColumns(['cpuPercent'], [])
})

afterEach(() => {
  vi.unstubAllGlobals()
})

const state = () => feed.store.getState()

/** Connects, greets and takes the first snapshot. */
function goLive(): void {
  feed.open()
  clock.advance(0)
  server.socket.events.opened()
  server.hello('first')
  server.snapshot()
}

describe('a feed', () => {
  it('opens nothing before it is told to, and one socket when opened, closed and opened again', () => {
    expect(server.sockets).toHaveLength(0)
    feed.open()
    feed.close()
    feed.open()
    feed.open()
    clock.advance(0)
    expect(server.sockets).toHaveLength(1)
    expect(server.socket).toMatchObject({ url: 'ws://host/api/v1/stream', subprotocol: SUBPROTOCOL })
  })

  it('[SY11] learns how many domains it may open at once, and keeps to its guess where the server does not say', () => {
    goLive()
    expect(state().detailLimit).toBe(16)
    server.hello('first', { detailsPerClient: 4 })
    expect(state().detailLimit).toBe(4)
  })

  it('[SY3] [SY64] speaks first, acknowledges what it applied and is ready after the snapshot', () => {
    feed.open()
    clock.advance(0)
    expect(state().status).toBe('connecting')
    server.socket.events.opened()
    const columns = { domains: [{ id: 'cpuPercent', held: false }], hosts: [] }
    expect(server.socket.messages).toEqual([
      { type: MessageType.Open, protocol: 1, resume: null, cause: 0, columns, view: NO_VIEW },
    ])
    server.hello('first')
    expect(state()).toMatchObject({
      status: 'live',
      build: 'build-1',
      buildChanged: false,
      simulated: true,
      ready: false,
    })
    server.snapshot()
    expect(server.socket.messages.at(-1)).toEqual({ type: MessageType.Ack, frames: 1, offset: 1 })
    expect(state().ready).toBe(true)
    expect([...feed.fleet.domains.column('cpuPercent')!.codes.subarray(0, 3)]).toEqual([0x4000, 0x4001, 0x4002])
    expect(feed.fleet.hosts.text('name')?.get(0)).toBe('kvm-01')
  })

  it('[SY32] tells when samples were taken on its own clock', () => {
    goLive()
    const { sampledAt, intervalMs, state: host } = feed.fleet.freshness[0]!
    expect([host, sampledAt[0], sampledAt[2], intervalMs[0]]).toEqual(['up', clock.now() - 500, Number.NaN, 1000])
  })

  it('stamps every change higher than the one before and tells its listeners', () => {
    goLive()
    const heard: number[] = []
    const stop = feed.onFrame((offset) => heard.push(offset))
    const before = feed.fleet.offset
    server.tick(1, 0x5000)
    server.tick(1, 0x5001)
    expect(heard).toEqual([before + 1, before + 2])
    expect(feed.fleet.domains.column('cpuPercent')!.changedAt[1]).toBe(before + 2)
    expect(state()).toMatchObject({ offset: before + 2, serverOffset: 3 })
    stop()
    server.tick(1, 0x5002)
    expect(heard).toHaveLength(2)
  })

  it('keeps its connection and tells the others when one of its listeners fails, and lets the error surface', () => {
    goLive()
    const surfaced: unknown[] = []
    vi.stubGlobal('reportError', (error: unknown) => surfaced.push(error))
    const heard: number[] = []
    const fault = new Error('a painter failed')
    feed.onFrame(() => {
      throw fault
    })
    feed.onFrame((offset) => heard.push(offset))
    server.tick(1, 0x5000)
    server.tick(1, 0x5001)
    expect(heard).toHaveLength(2)
    expect(surfaced).toEqual([fault, fault])
    expect(server.socket.closedWith).toBeNull()
    expect(state()).toMatchObject({ status: 'live', ready: true, serverOffset: 3 })
  })

  it('[SY81] tries again with full jitter that doubles up to 20 s', () => {
    goLive()
    const waits: number[] = []
    for (let i = 0; i < 8; i++) {
      server.socket.events.closed(1006, '')
      expect(state()).toMatchObject({ status: 'waiting', attempt: i + 1, detail: 'the server cannot be reached' })
      waits.push(state().retryAt! - clock.now())
      clock.advance(waits[i]!)
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000])
    expect(server.sockets).toHaveLength(9)
  })

  it('[SY81] forgets failures after 30 s of a connection that held', () => {
    goLive()
    server.socket.events.closed(1006, '')
    clock.advance(250)
    server.socket.events.opened()
    server.hello('delta')
    for (let i = 0; i < 31; i++) {
      clock.advance(1000)
      server.heartbeat()
    }
    server.socket.events.closed(1006, '')
    expect(state().attempt).toBe(1)
  })

  it('[R-5] [SY62] resumes where it was, and keeps showing the last values meanwhile', () => {
    goLive()
    server.tick(1, 0x5000)
    server.socket.events.closed(1006, '')
    expect(feed.fleet.domains.column('cpuPercent')!.codes[1]).toBe(0x5000)
    clock.advance(20_000)
    server.socket.events.opened()
    const resume = { epoch: new Uint8Array(16).fill(0x11), offset: 2 }
    const columns = { domains: [{ id: 'cpuPercent', held: true }], hosts: [] }
    expect(server.socket.messages[0]).toMatchObject({ type: MessageType.Open, resume, cause: 0, columns })
    server.hello('delta')
    server.offset = 9
    server.tickFrom(2)
    expect(state()).toMatchObject({ status: 'live', serverOffset: 9, ready: true })
    expect(server.socket.messages.at(-1)).toEqual({ type: MessageType.Ack, frames: 1, offset: 9 })
  })

  it('[SY71] gives up a silent connection after 3 s, and is more patient when that did not help', () => {
    goLive()
    clock.advance(2999)
    expect(server.socket.closedWith).toBeNull()
    server.heartbeat()
    clock.advance(2999)
    expect(state().status).toBe('live')
    clock.advance(1)
    expect(server.socket.closedWith).toBe(CloseCode.Slow)
    expect(state()).toMatchObject({ status: 'waiting', detail: 'nothing came from the server for 3 s' })
    const old = server.socket
    clock.advance(250)
    server.socket.events.opened()
    // Whatever the abandoned socket still says counts for nothing.
    old.events.closed(1006, '')
    old.events.received(new Uint8Array(3))
    clock.advance(5999)
    expect(server.socket.closedWith).toBeNull()
    clock.advance(1)
    expect(server.socket.closedWith).toBe(CloseCode.Slow)
  })

  it('[SY50] starts over when a frame makes no sense, and says why it does', () => {
    goLive()
    server.socket.events.received(new Uint8Array(20))
    expect(server.socket.closedWith).toBe(CloseCode.Resync)
    expect(state()).toMatchObject({ status: 'waiting', detail: 'malformed frame: its length is wrong', ready: false })
    clock.advance(1000)
    server.socket.events.opened()
    expect(server.socket.messages[0]).toMatchObject({ resume: null, cause: ResyncCause.Malformed })
    server.hello('audit')
    server.snapshot()
    expect(state().ready).toBe(true)
  })

  it('[R-7] [SY41] counts an audit that fails and starts over', () => {
    goLive()
    server.wrongAudit()
    expect(state().auditMismatches).toBe(1)
    expect(server.socket.closedWith).toBe(CloseCode.Resync)
    clock.advance(1000)
    server.socket.events.opened()
    expect(server.socket.messages[0]).toMatchObject({ resume: null, cause: ResyncCause.Audit })
  })

  it('[SY64] starts over when the server says that the two are out of step', () => {
    goLive()
    server.socket.events.closed(CloseCode.Resync, 'acknowledges what was not sent')
    clock.advance(1000)
    server.socket.events.opened()
    expect(server.socket.messages[0]).toMatchObject({ resume: null, cause: ResyncCause.Gap })
  })

  it('starts over on a text message', () => {
    goLive()
    server.socket.events.received(null)
    expect(server.socket.closedWith).toBe(CloseCode.Resync)
  })

  it('[R-9] comes back when the server says, and not before', () => {
    goLive()
    server.notice('The server is restarting.')
    expect(state().notice).toBe('The server is restarting.')
    server.socket.events.closed(CloseCode.Restart, 'retryAfterMs=1500')
    expect(state()).toMatchObject({ status: 'waiting', detail: 'the server is restarting' })
    clock.advance(1749)
    expect(server.sockets).toHaveLength(1)
    clock.advance(1)
    expect(server.sockets).toHaveLength(2)
  })

  it('[R-9] does not come back after a final close code', () => {
    goLive()
    server.socket.events.closed(CloseCode.Limit, 'too many connections from this address')
    expect(state()).toMatchObject({
      status: 'refused',
      detail: 'too many connections from this address',
      retryAt: null,
    })
    clock.advance(100_000)
    expect(server.sockets).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })

  it('takes over a server that starts with another epoch and build', () => {
    goLive()
    server.tick(0, 0x5555)
    const before = feed.fleet.offset
    server.socket.events.closed(1006, '')
    clock.advance(1000)
    server.epoch = '2'.repeat(32)
    server.build = 'build-2'
    server.offset = 1
    server.socket.events.opened()
    server.hello('epoch')
    server.snapshot()
    expect(state()).toMatchObject({ ready: true, serverOffset: 1, build: 'build-2', buildChanged: true })
    expect(feed.fleet.offset).toBeGreaterThan(before)
    expect(feed.fleet.domains.aliveCount).toBe(3)
  })

  it('[SY63] [SY27] subscribes to new columns and is ready again when they came', () => {
    goLive()
    feed.setColumns(['diskIops', 'cpuPercent'], [])
    expect(state().ready).toBe(false)
    const columns = { domains: ['cpuPercent', 'diskIops'].map((id) => ({ id, held: false })), hosts: [] }
    expect(server.socket.messages.at(-1)).toEqual({ type: MessageType.Subscribe, columns, view: NO_VIEW })
    const { length } = server.socket.messages
    feed.setColumns(['cpuPercent', 'diskIops', 'diskIops'], [])
    expect(server.socket.messages).toHaveLength(length)
    feed.setColumns(['diskIops'], [])
    expect([...feed.fleet.domains.column('cpuPercent')!.codes.subarray(0, 3)]).toEqual([0xffff, 0xffff, 0xffff])
  })

  it('[SY66] tells with every OPEN and SUBSCRIBE what the page shows at that moment', () => {
    let skip = 0
    const view = () => ({ rows: 30, skip, sort: [{ column: 'name', descending: true }], filter: 'web' })
    const told = () => server.socket.messages.at(-1)
    feed.setView(view)
    feed.open()
    clock.advance(0)
    server.socket.events.opened()
    expect(told()).toMatchObject({ type: MessageType.Open, view: { rows: 30, skip: 0, filter: 'web' } })
    server.hello('first')
    server.snapshot()
    skip = 12
    feed.setColumns(['diskIops'], [])
    expect(told()).toMatchObject({ type: MessageType.Subscribe, view: { skip: 12 } })
  })

  it('[SY17] tells how many domains a snapshot brings until all have come', () => {
    feed.open()
    clock.advance(0)
    server.socket.events.opened()
    server.hello('first')
    expect(state().domainsToCome).toBeNull()
    server.firstPart(Uint32Array.of(1))
    expect(state()).toMatchObject({ ready: false, domainsToCome: 3 })
    expect(feed.fleet.domains.aliveCount).toBe(1)
    server.otherParts()
    expect(state()).toMatchObject({ ready: true, domainsToCome: null })
    expect(feed.fleet.domains.aliveCount).toBe(3)
  })

  it('[SY65] rests while the user paused it or the page is hidden, whoever came first', () => {
    goLive()
    const { socket } = server
    const from = socket.messages.length
    feed.pause()
    feed.setHidden(true)
    feed.setHidden(false)
    feed.resume()
    feed.setHidden(true)
    expect(state().paused).toBe(false)
    feed.setHidden(false)
    const { Pause, Resume } = MessageType
    expect(socket.types.slice(from)).toEqual([Pause, Resume, Pause, Resume])
  })

  it('[SY65] still takes its first snapshot while hidden, and rests after it', () => {
    feed.setHidden(true)
    goLive()
    expect(server.socket.types).toEqual([MessageType.Open, MessageType.Events, MessageType.Ack, MessageType.Pause])
  })

  it('leaves no timer behind when closed', () => {
    goLive()
    feed.close()
    expect(server.socket.closedWith).toBe(1000)
    expect(clock.pending).toBe(0)
  })
})
