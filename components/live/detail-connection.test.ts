import { beforeEach, describe, expect, it } from 'vitest'
import type { EventFact } from '../../lib/sync/detail/detail-json.ts'
import { MessageType } from '../../lib/sync/wire/protocol.ts'
import { createFeed } from './feed.ts'
import type { DetailView } from './live-detail.ts'
import type { Feed } from './live-fleet.ts'
import { DetailFrames } from './testing/detail-frames.ts'
import { FakeClock, FakeServer } from './testing/fake-server.ts'

const UUID = '5a5a5a5a-5a5a-5a5a-5a5a-5a5a5a5a5a07'
/** What the server's clock shows at the beginning; the page's shows 100,000. */
const START = 7_000_000

let clock: FakeClock
let server: FakeServer
let detail: DetailFrames
let feed: Feed

beforeEach(() => {
  clock = new FakeClock()
  server = new FakeServer()
  detail = new DetailFrames(server)
  const { createSocket } = server
  feed = createFeed({ url: 'ws://host/api/v1/stream', createSocket, clock, random: () => 0.5 })
  connect('first')
})

function connect(answer: 'first' | 'delta'): void {
  feed.open()
  clock.advance(0)
  server.socket.events.opened()
  server.hello(answer)
  if (answer === 'first') server.snapshot([])
}

function reconnect(answer: 'first' | 'delta' = 'delta'): void {
  server.socket.events.closed(1006, '')
  clock.advance(20_000)
  server.socket.events.opened()
  server.hello(answer)
}

const serverNow = () => START + clock.now() - 100_000
const open = (more = {}): DetailView => feed.openDetail('kvm-01', UUID, { lastMs: 60_000, pixels: 60, ...more })
const state = (view: DetailView) => view.store.getState()
const valuesOf = (view: DetailView, track = 0, series = 0) => {
  const { count, times, series: all } = view.tracks[track]!
  return Array.from({ length: count }, (_, i) => [Math.round(times[i]! - clock.now()), all[series]!.high[i]!])
}

describe('an open domain', () => {
  it('[DT2] asks for its stretch, shows what comes, and counts what it took', () => {
    const view = open()
    expect(detail.opens).toMatchObject([{ host: 'kvm-01', fromAgeMs: 60_000, toAgeMs: null, pixels: 60, series: [] }])
    expect(state(view)).toMatchObject({ status: 'opening', uuid: UUID, from: clock.now() - 60_000 })
    let heard = 0
    view.onPoints(() => heard++)
    detail.first(1, serverNow(), ['0', '1'], [10, 20, 30])
    expect(state(view)).toMatchObject({ status: 'live', name: 'web-1', keptMs: 60_000, upSinceIsExact: true })
    expect(state(view).wallOffsetMs).toBe(1_700_000_000_000 + START - 100_000)
    expect(view.tracks.map(({ identity }) => identity)).toEqual(['0', '1'])
    expect(valuesOf(view)).toEqual([
      [-2000, 10],
      [-1000, 20],
      [0, 30],
    ])
    clock.advance(1000)
    detail.point(1, serverNow(), serverNow() - 40, 40.25)
    expect(valuesOf(view).at(-1)).toEqual([-40, 40.25])
    expect(heard).toBe(2)
    expect(server.socket.messages.at(-1)).toEqual({ type: MessageType.DetailAck, frames: 2 })
  })

  it('[DT11] takes the frame that came fastest for the truest about time', () => {
    const view = open()
    detail.first(1, serverNow(), ['0'], [])
    clock.advance(1000)
    // This one was under way for 300 ms.
    detail.point(1, serverNow() - 300, serverNow() - 400, 1)
    expect(valuesOf(view)).toEqual([[-400, 1]])
  })

  it('[DT11] moves what it has when a faster frame shows that the first ones came late', () => {
    const view = open()
    const came = serverNow() - 5000
    // The page was busy with itself for 1.7 s.
    detail.first(1, serverNow() - 1700, ['0'], [10, 20], {
      marks: [{ at: came, kind: 'handover', label: 'moved to kvm-02' }],
      upSince: came,
    })
    detail.events(serverNow() - 1700, true, { ...event('started', UUID), at: came })
    expect(valuesOf(view).at(-1)).toEqual([0, 20])
    let heard = 0
    view.onPoints(() => heard++)
    detail.events(serverNow(), false)
    expect(valuesOf(view)).toEqual([
      [-2700, 10],
      [-1700, 20],
    ])
    const { marks, events, upSince, wallOffsetMs } = state(view)
    const ages = [...marks, ...events, { at: upSince! }].map(({ at }) => Math.round(clock.now() - at))
    expect([ages, heard, wallOffsetMs]).toEqual([[5000, 5000, 5000, 5000], 1, 1_700_000_000_000 + START - 100_000])
    // What differs by less than a point is wide stays where it is.
    clock.advance(1000)
    detail.point(1, serverNow() + 5, serverNow(), 30)
    expect(valuesOf(view)).toEqual([
      [-3700, 10],
      [-2700, 20],
      [-5, 30],
    ])
  })

  it('drops points that are older than its range, and makes one of samples that one pixel shows', () => {
    const view = open({ lastMs: 600_000, pixels: 60 })
    detail.first(1, serverNow(), ['0'], [])
    for (let i = 0; i < 3000; i++) {
      clock.advance(1000)
      detail.point(1, serverNow(), serverNow(), i === 2500 ? 99 : 1)
    }
    const track = view.tracks[0]!
    expect(track.count).toBeLessThan(100)
    expect(track.times.length).toBeLessThanOrEqual(256)
    expect(track.times[0]!).toBeGreaterThan(clock.now() - 1_000_000)
    expect(Math.max(...track.series[0]!.high.subarray(0, track.count))).toBe(99)
    const gaps = valuesOf(view).filter((_, i) => i > 0 && track.times[i]! - track.spans[i]! > track.times[i - 1]! + 1)
    expect(gaps).toEqual([])
  })

  it('[DT3] replaces its points when another range was asked for, and not before the answer', () => {
    const view = open()
    detail.first(1, serverNow(), ['0'], [10, 20, 30])
    view.setRange({ from: clock.now() - 50_000, to: clock.now() - 20_000, pixels: 30 })
    expect(detail.openRequests).toEqual([2])
    expect(detail.opens[1]).toMatchObject({ request: 2, fromAgeMs: 50_000, toAgeMs: 20_000, pixels: 30 })
    // A frame of the old request, that was under way.
    detail.point(1, serverNow(), serverNow(), 7)
    expect(valuesOf(view)).toHaveLength(3)
    detail.first(2, serverNow(), ['0'], [5])
    expect(valuesOf(view).map(([, value]) => value)).toEqual([5])
    expect(state(view)).toMatchObject({ from: clock.now() - 50_000, to: clock.now() - 20_000 })
  })

  it('shows the points that it has until those of another range are whole', () => {
    const view = open()
    detail.first(1, serverNow(), ['0'], [10, 20, 30])
    const version = state(view).tracksVersion
    view.setRange({ lastMs: 120_000, pixels: 60 })
    detail.begun(2, serverNow(), ['0', '1'])
    detail.point(2, serverNow(), serverNow(), 40)
    detail.events(serverNow(), false, event('started', UUID))
    expect(valuesOf(view).map(([, value]) => value)).toEqual([10, 20, 30])
    expect([state(view).tracksVersion, state(view).events.length]).toEqual([version, 1])
    detail.caughtUp(2, serverNow())
    expect(view.tracks.map(({ identity }) => identity)).toEqual(['0', '1'])
    expect(valuesOf(view).map(([, value]) => value)).toEqual([40])
    expect(state(view).tracksVersion).toBeGreaterThan(version)
    expect(state(view).events.map(({ kind }) => kind)).toEqual(['started'])
    clock.advance(2500)
    detail.point(2, serverNow(), serverNow(), 50)
    expect(
      valuesOf(view)
        .map(([, value]) => value)
        .at(-1),
    ).toBe(50)
  })

  it('asks for the whole of another range again when the connection was lost before it came', () => {
    const view = open()
    detail.first(1, serverNow(), ['0'], [10, 20, 30])
    view.setRange({ lastMs: 120_000, pixels: 60 })
    detail.begun(2, serverNow(), ['0'])
    reconnect()
    expect(detail.opens.at(-1)).toMatchObject({ fromAgeMs: 120_000, pixels: 60 })
    expect(valuesOf(view).map(([, value]) => value)).toEqual([10, 20, 30])
    detail.first(1, serverNow(), ['0'], [1, 2, 3, 4])
    expect(valuesOf(view).map(([, value]) => value)).toEqual([1, 2, 3, 4])
  })

  it('[DT3] keeps its points when it asks for other series', () => {
    const view = open()
    detail.first(1, serverNow(), ['0'], [10, 20, 30])
    const version = state(view).tracksVersion
    view.setExtraSeries(['raw:vcpu.*.halt_exits.sum'])
    expect(detail.openRequests).toEqual([2])
    expect(detail.opens[1]).toMatchObject({ series: ['raw:vcpu.*.halt_exits.sum'], fromAgeMs: 2000, pixels: 2 })
    detail.first(2, serverNow(), ['0'], [])
    clock.advance(1000)
    detail.point(2, serverNow(), serverNow(), 40, 1234)
    expect(valuesOf(view).map(([, value]) => value)).toEqual([10, 20, 30, 40])
    expect(valuesOf(view, 0, 1).map(([, value]) => value)).toEqual([Number.NaN, Number.NaN, Number.NaN, 1234])
    expect(view.tracks[0]!.series[1]!.metric).toMatchObject({ unit: '1/s', label: 'halt_exits.sum' })
    expect(state(view).tracksVersion).toBeGreaterThan(version)
    view.setExtraSeries(['raw:vcpu.*.halt_exits.sum'])
    expect(detail.opens).toHaveLength(2)
  })

  it('goes on where it was after a lost connection, and asks only for what it lacks', () => {
    const view = open()
    detail.first(1, serverNow(), ['0', '1'], [10, 20, 30])
    reconnect()
    expect(state(view)).toMatchObject({ status: 'disconnected', name: 'web-1' })
    expect(detail.opens).toMatchObject([{ request: 1, fromAgeMs: 22_000, pixels: 22 }])
    detail.first(1, serverNow(), ['0'], [1, 2, 3, 4, 5])
    expect(state(view).status).toBe('live')
    expect(valuesOf(view).map(([, value]) => value)).toEqual([10, 20, 30, 1, 2, 3, 4, 5])
    expect(view.tracks[0]!.until).toBeNull()
    // What the server names no more came to its end.
    expect(view.tracks[1]!.until).toBe(clock.now() - 20_000)
  })

  it('goes on after a restart of the server, whose clock and history begin anew', () => {
    const view = open()
    detail.first(1, serverNow(), ['0'], [10, 20, 30])
    server.epoch = '2'.repeat(32)
    reconnect('first')
    server.snapshot([])
    expect(detail.opens).toHaveLength(1)
    detail.first(1, 500, [], [], { status: 'gone', name: '', host: 'kvm-01' })
    expect(state(view)).toMatchObject({ status: 'gone', name: 'web-1' })
    clock.advance(1000)
    detail.first(1, 1500, ['0'], [])
    clock.advance(1000)
    detail.point(1, 2500, 2400, 77)
    expect(state(view)).toMatchObject({ status: 'live', name: 'web-1' })
    expect(valuesOf(view).map(([, value]) => value)).toEqual([10, 20, 30, 77])
    expect(valuesOf(view).at(-1)![0]).toBe(-100)
  })

  it('asks again after a lost connection when no answer had come', () => {
    const view = open()
    reconnect()
    expect(detail.opens).toMatchObject([{ fromAgeMs: 60_000, pixels: 60 }])
    detail.first(1, serverNow(), ['0'], [1])
    expect(valuesOf(view)).toHaveLength(1)
  })

  it('shows resets, hand-overs and events as marks, once each', () => {
    const view = open()
    const mark = { at: serverNow() - 9000, kind: 'handover', label: 'moved to kvm-02' } as const
    detail.first(1, serverNow(), ['0'], [1], { marks: [mark] })
    detail.events(serverNow(), true, event('suspended', UUID), event('started', 'another'))
    detail.events(serverNow(), false, event('suspended', UUID))
    clock.advance(1000)
    detail.point(1, serverNow(), serverNow(), Number.NEGATIVE_INFINITY)
    detail.facts(1, serverNow(), { marks: [mark], state: 'paused', host: 'kvm-02' })
    expect(state(view).marks.map(({ kind, label }) => `${kind}: ${label}`)).toEqual([
      'handover: moved to kvm-02',
      'event: it is suspended',
      'reset: counters began anew',
    ])
    expect(state(view)).toMatchObject({ host: 'kvm-02', state: 'paused' })
    expect(state(view).events).toMatchObject([{ kind: 'suspended', wall: '2023-11-14T22:13:20.000Z' }])
    expect(valuesOf(view)).toHaveLength(1)
  })

  it('[DT18] says so when the server refuses', () => {
    const view = open()
    detail.refuse(1, 'Too many.')
    expect(state(view)).toMatchObject({ status: 'gone', facts: { refused: 'Too many.' } })
    expect(feed.store.getState().status).toBe('live')
  })

  it('[DT1] never asks faster than the server takes it, and leaves out what was closed meanwhile', () => {
    const views = Array.from({ length: 200 }, () => open())
    const sent = () => server.socket.messages.filter(({ type }) => type !== MessageType.Ack).length
    expect(sent()).toBeLessThanOrEqual(22)
    for (const view of views) view.close()
    clock.advance(3000)
    expect(sent()).toBeLessThanOrEqual(52)
    clock.advance(10_000)
    expect(detail.openRequests).toEqual([])
    expect(clock.pending).toBeLessThan(4)
  })

  it('[DT4] leaves nothing behind: 200 opened, shown and closed', () => {
    for (let i = 1; i <= 200; i++) {
      const view = open()
      view.onPoints(() => {})
      clock.advance(1000)
      detail.first(detail.opens.at(-1)!.request, serverNow(), ['0'], [1, 2])
      expect(view.tracks).toHaveLength(1)
      view.close()
      clock.advance(1000)
      expect(detail.openRequests).toEqual([])
      // A frame that was under way.
      detail.point(detail.opens.at(-1)!.request, serverNow(), serverNow(), 3)
      server.heartbeat()
    }
    feed.close()
    expect(clock.pending).toBe(0)
  })

  it('[SY50] starts over when a frame is malformed', () => {
    open()
    server.socket.events.received(new Uint8Array([6, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 16, 0, 0, 0]))
    expect(server.socket.closedWith).toBe(4009)
    expect(feed.store.getState().status).toBe('waiting')
  })
})

describe('events of the fleet', () => {
  it('[DT6] [DT17] are asked for once, kept within bounds, and begin anew with each connection', () => {
    expect(server.socket.types.filter((type) => type === MessageType.Events)).toHaveLength(1)
    let heard = 0
    const stop = feed.onEvents(() => heard++)
    detail.events(serverNow(), true, event('started', 'a'))
    for (let i = 0; i < 600; i++) detail.events(serverNow(), false, event('stopped', String(i)))
    expect(feed.events).toHaveLength(500)
    expect(feed.events.at(-1)).toMatchObject({ kind: 'stopped', uuid: '599', at: clock.now() - 50 })
    expect(heard).toBe(601)
    stop()
    reconnect()
    detail.events(serverNow(), true, event('started', 'b'))
    expect(feed.events.map(({ uuid }) => uuid)).toEqual(['b'])
    expect(heard).toBe(601)
  })
})

function event(kind: string, uuid: string): EventFact {
  const shared = { at: serverNow() - 50, wall: 1_700_000_000_000, host: 'kvm-01', uuid, name: 'n' }
  return { ...shared, kind, text: `it is ${kind}`, details: {} }
}
