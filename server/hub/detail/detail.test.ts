import { describe, expect, it } from 'vitest'
import { ullong } from '../../../lib/ingest/testing/record-builder.ts'
import { Lifecycle } from '../../../lib/libvirt/words.ts'
import { encodeMessage } from '../../../lib/sync/messages/client-messages.ts'
import { MessageType } from '../../../lib/sync/wire/protocol.ts'
import {
  DetailClient,
  DetailWorld,
  domainRef,
  PAGE_AHEAD_MS,
  pointsOf,
  startedWorld,
  trackOf,
  uuidBytesOf,
  uuidOf,
} from '../testing/detail-world.ts'
import { FakeHistory } from '../testing/fake-history.ts'
import { KEPT_SAMPLES } from './open-domain.ts'

describe('a detail', () => {
  it('[DT10] [DT12] [DT13] begins with facts and tracks, and is caught up at once without history', () => {
    const world = startedWorld()
    const copy = new DetailClient(world).open(1)
    expect(copy.facts).toMatchObject({
      status: 'live',
      host: 'kvm-01',
      uuid: uuidOf(7),
      name: 'vm-7',
      id: 3,
      keptMs: 0,
    })
    expect(copy.tracks.map(({ entity, identity }) => `${entity} ${identity}`)).toEqual([
      'domain ',
      'domain ',
      'vcpu 0',
      'vcpu 1',
      'disk vda',
    ])
    expect(copy.tracks.every(({ since, until, count }) => since === null && until === null && count === 0)).toBe(true)
    expect(trackOf(copy, 'vcpu', '1').series.map(({ metric }) => metric.id)).toEqual([
      'vcpuPercent',
      'vcpuStealPercent',
    ])
    expect(world.failures).toEqual([])
  })

  it('[DT11] [DT15] sends every sample once, at full precision and at its moment on the page’s clock', () => {
    const world = startedWorld()
    const client = new DetailClient(world)
    const copy = client.open(1)
    world.poll(900, 2)
    const first = world.clock.now()
    world.commit()
    world.poll(933, 3)
    world.commit()
    const points = pointsOf(trackOf(copy, 'vcpu', '1'), 'vcpuPercent')
    expect(points).toHaveLength(2)
    expect(points[0]).toEqual([first + PAGE_AHEAD_MS, 20, 20])
    expect(points[1]![0] - points[0]![0]).toBe(1033)
    expect(points[1]![1]).toBeCloseTo(20 / 1.033, 12)
    expect(trackOf(copy, 'vcpu', '1').spans.slice(0, 2)).toEqual(Float64Array.of(1000, 1033))
    expect(pointsOf(trackOf(copy, 'domain', ''), 'cpuPercent')[0]![1]).toBeCloseTo(15, 9)
    expect(pointsOf(trackOf(copy, 'disk', 'vda'), 'diskReadIops')[0]!.slice(1)).toEqual([5, 5])
  })

  it('[DT15] lets points of the fast lane touch, whenever the roster reads states in between', () => {
    const world = startedWorld()
    world.fast(0, 0)
    const copy = new DetailClient(world).open(1)
    for (let i = 1; i <= 4; i++) {
      world.fast(600, i * 5000)
      world.clock.advance(400)
      world.roster(0, [7, 3, 1])
    }
    world.commit()
    const track = copy.tracks.find(({ entity, series }) => entity === 'domain' && series[0]!.metric.id === 'netRxBps')!
    expect(pointsOf(track, 'netRxBps').map(([, value]) => value)).toEqual([5000 / 0.6, 5000, 5000, 5000])
    expect([...track.spans.subarray(0, 4)]).toEqual([600, 1000, 1000, 1000])
    expect(pointsOf(trackOf(copy, 'nic', 'vnet0'), 'netRxBps')).toHaveLength(4)
  })

  it('[DT2] sends rates of typed counters beyond the catalogue, from the second sample on', () => {
    const world = startedWorld()
    const copy = new DetailClient(world).open(1, {
      series: [
        'raw:vcpu.*.halt_exits.sum',
        'raw:vcpu.*.wait',
        'raw:vcpu.*.nested.cur',
        'raw:disk.*.x',
        'raw:vcpu.*.none',
      ],
    })
    const counters = (exits: bigint, wait: bigint) => [
      ullong('vcpu.0.halt_exits.sum', exits),
      ullong('vcpu.0.wait', wait),
      ullong('vcpu.0.nested.cur', 4),
    ]
    world.poll(900, 2, { more: counters(2n ** 60n, 0n) })
    world.commit()
    world.poll(1900, 3, { more: counters(2n ** 60n + 7n, 500_000_000n) })
    world.commit()
    world.poll(900, 4, { more: counters(3n, 500_000_000n) })
    world.commit()
    const track = trackOf(copy, 'vcpu', '0')
    const read = (id: string) => pointsOf(track, id).map(([, value]) => value)
    expect(read('raw:vcpu.*.halt_exits.sum')).toEqual([Number.NaN, 3.5, Number.NaN])
    expect(read('raw:vcpu.*.wait')).toEqual([Number.NaN, 25, 0])
    expect(read('raw:vcpu.*.nested.cur')).toEqual([4, 4, 4])
    expect(read('raw:disk.*.x').concat(read('raw:vcpu.*.none'))).toEqual(Array(6).fill(Number.NaN))
    expect(copy.marks).toMatchObject([{ kind: 'reset', at: world.clock.now() - 100 + PAGE_AHEAD_MS }])
  })

  it('[DT13] tells when vCPUs and disks come and go', () => {
    const world = startedWorld()
    const copy = new DetailClient(world).open(1)
    world.poll(900, 2, { vcpus: [0, 1, 2], disks: [] })
    const at = world.clock.now() + PAGE_AHEAD_MS
    world.commit()
    expect(trackOf(copy, 'vcpu', '2')).toMatchObject({ since: at, until: null })
    expect(trackOf(copy, 'disk', 'vda')).toMatchObject({ since: null, until: at })
    world.poll(900, 3, { vcpus: [0, 2], disks: ['vda'] })
    const later = world.clock.now() + PAGE_AHEAD_MS
    world.commit()
    expect(trackOf(copy, 'vcpu', '1')).toMatchObject({ since: null, until: later })
    expect(trackOf(copy, 'disk', 'vda')).toMatchObject({ since: later, until: null })
    expect(copy.tracks.filter(({ entity }) => entity === 'disk')).toHaveLength(1)
  })

  it('[DT21] stays open when the domain ends, and goes on with a gap and a mark when it comes back', () => {
    const world = startedWorld()
    const copy = new DetailClient(world).open(1)
    world.poll(900, 2)
    world.commit()
    world.fleet.event(world.hosts[0]!, {
      kind: 'lifecycle',
      domain: domainRef(7, -1),
      event: Lifecycle.Stopped,
      detail: 1,
    })
    world.commit()
    expect(copy.facts).toMatchObject({ status: 'ended', name: 'vm-7', state: 'shut off', reason: 'destroyed', id: -1 })
    world.roster(0)
    world.commit()
    expect(copy.facts).toMatchObject({ status: 'ended', name: 'vm-7', state: 'shut off', reason: 'destroyed' })
    world.roster(0, [7, 9, 1])
    world.poll(20_000, 50, { id: 9 })
    world.commit()
    expect(copy.facts).toMatchObject({ status: 'live', id: 9, state: 'running' })
    world.poll(900, 51, { id: 9 })
    world.commit()
    const track = trackOf(copy, 'vcpu', '1')
    const points = pointsOf(track, 'vcpuPercent')
    expect(points.map(([, value]) => value)).toEqual([20, 20])
    expect(track.times[1]! - track.spans[1]!).toBeGreaterThan(track.times[0]! + 20_000)
    expect(track.until).toBeNull()
  })

  it('[DT20] follows a domain to another host, with a mark, and ends the tracks of the old one', () => {
    const world = startedWorld()
    const copy = new DetailClient(world).open(1)
    world.poll(900, 2)
    world.commit()
    world.poll(500, 30, { host: 1, id: 1 })
    world.commit()
    expect(copy.facts).toMatchObject({ host: 'kvm-01', status: 'live' })
    world.fleet.event(world.hosts[0]!, {
      kind: 'lifecycle',
      domain: domainRef(7, -1),
      event: Lifecycle.Stopped,
      detail: 3,
    })
    world.commit()
    const at = world.clock.now() + PAGE_AHEAD_MS
    expect(copy.facts).toMatchObject({ host: 'kvm-02', status: 'live', id: 1 })
    expect(copy.marks.filter(({ kind }) => kind === 'handover')).toMatchObject([{ label: 'moved to kvm-02' }])
    expect(Math.abs(copy.marks[0]!.at - at)).toBeLessThan(100)
    expect(trackOf(copy, 'vcpu', '0').until).not.toBeNull()
    world.poll(900, 31, { host: 1, id: 1 })
    world.commit()
    expect(pointsOf(trackOf(copy, 'vcpu', '0', 'kvm-02'), 'vcpuPercent')).toHaveLength(1)
    expect(trackOf(copy, 'vcpu', '0', 'kvm-02').until).toBeNull()
    expect(world.board.domains).toBe(1)
  })

  it('[DT12] says so when nobody has seen the domain, and shows it when it appears', () => {
    const world = startedWorld()
    const copy = new DetailClient(world).open(1, { uuid: uuidBytesOf(8) })
    expect(copy.facts).toMatchObject({ status: 'gone', uuid: uuidOf(8), host: 'kvm-01', name: '' })
    world.poll(900, 2, { last: 8, id: 4 })
    world.commit()
    expect(copy.facts).toMatchObject({ status: 'live', name: 'vm-8' })
  })

  it('[DT12] tells since when the domain is up: of the start when it was told, else since it was seen first', () => {
    const world = startedWorld()
    const copy = new DetailClient(world).open(1)
    expect(copy.facts).toMatchObject({ upSinceIsExact: false })
    world.fleet.event(world.hosts[0]!, {
      kind: 'lifecycle',
      domain: domainRef(7, 3),
      event: Lifecycle.Started,
      detail: 0,
    })
    const at = world.clock.now() + PAGE_AHEAD_MS
    world.commit()
    expect(copy.facts).toMatchObject({ upSinceIsExact: true, upSince: at })
  })
})

describe('the past of a detail', () => {
  it('[DT14] [DT16] comes before the live points, with its spikes, its resets and its hand-over', () => {
    const history = new FakeHistory(uuidOf(7))
    const world = new DetailWorld(history)
    world.poll(0, 1)
    world.commit()
    history.record('kvm-01', world.clock.now() - 30_000, world.clock.now() - 100, {
      spikeAt: world.clock.now() - 12_000,
    })
    history.record('kvm-02', world.clock.now() - 50_000, world.clock.now() - 31_000, {})
    const copy = new DetailClient(world).open(1, { pixels: 20 })
    expect(copy.facts?.keptMs).toBe(50_000)
    const track = trackOf(copy, 'vcpu', '0')
    const points = pointsOf(track, 'vcpuPercent')
    expect(points.length).toBeGreaterThan(10)
    expect(Math.max(...points.map(([, , high]) => high))).toBe(100)
    expect(points.filter(([, low, high]) => low === 10 && high === 100)).toHaveLength(1)
    expect(points.every(([at], i) => i === 0 || at > points[i - 1]![0])).toBe(true)
    expect(points.at(-1)![0]).toBeLessThanOrEqual(world.clock.now() + PAGE_AHEAD_MS)
    expect(trackOf(copy, 'vcpu', '0', 'kvm-02').until).toBe(world.clock.now() - 31_000 + PAGE_AHEAD_MS)
    expect(copy.marks.map(({ kind, label }) => `${kind}: ${label}`)).toEqual([
      'reset: counters began anew',
      'handover: moved to kvm-01',
    ])
    world.poll(900, 2)
    world.commit()
    expect(pointsOf(track, 'vcpuPercent')).toHaveLength(points.length + 1)
    expect(trackOf(copy, 'vcpu', '0').spans.at(track.count - 1)).toBe(1000)
  })

  it('[DT2] of a stretch that ended is sent, and nothing live', () => {
    const history = new FakeHistory(uuidOf(7))
    const world = new DetailWorld(history)
    world.poll(0, 1)
    world.commit()
    const now = world.clock.now()
    history.record('kvm-01', now - 60_000, now, {})
    const client = new DetailClient(world)
    const copy = client.open(1, { fromAgeMs: 40_000, toAgeMs: 20_000, pixels: 10 })
    const points = pointsOf(trackOf(copy, 'vcpu', '0'), 'vcpuPercent')
    expect(points).toHaveLength(10)
    expect([points[0]![0], points[9]![0]]).toEqual([now - 38_000 + PAGE_AHEAD_MS, now - 20_000 + PAGE_AHEAD_MS])
    world.poll(900, 2)
    world.commit()
    expect(trackOf(copy, 'vcpu', '0').count).toBe(10)
  })

  it('[DT30] goes in parts of at most 64 KiB, and waits for a client that does not acknowledge', () => {
    const history = new FakeHistory(uuidOf(7), 40)
    const world = new DetailWorld(history)
    world.poll(0, 1, { vcpus: Array.from({ length: 40 }, (_, i) => i) })
    world.commit()
    history.record('kvm-01', world.clock.now() - 600_000, world.clock.now(), {})
    const client = new DetailClient(world)
    client.acknowledges = false
    const copy = client.open(1, { fromAgeMs: 600_000, pixels: 1000 })
    expect(client.sizes).toHaveLength(4)
    expect(Math.max(...client.sizes)).toBeLessThanOrEqual(64 << 10)
    for (let i = 0; i < 5; i++) world.poll(900, 2 + i, { vcpus: Array.from({ length: 40 }, (_, k) => k) })
    expect(client.sizes).toHaveLength(4)
    client.acknowledges = true
    client.acknowledgeNow()
    world.commit()
    expect(client.sizes.length).toBeGreaterThan(10)
    expect(Math.max(...client.sizes)).toBeLessThanOrEqual((64 << 10) + 20_000)
    for (let i = 0; i < 40; i++) {
      const ends = pointsOf(trackOf(copy, 'vcpu', String(i)), 'vcpuPercent').map(([at]) => at)
      expect(ends.length).toBeGreaterThan(1000)
      expect(ends.every((at, k) => k === 0 || at > ends[k - 1]!)).toBe(true)
    }
  })

  it('[DT16] [DT31] fills what a slow client missed from history instead of queueing it', () => {
    const history = new FakeHistory(uuidOf(7))
    const world = new DetailWorld(history)
    world.poll(0, 1)
    world.commit()
    const begin = world.clock.now()
    const client = new DetailClient(world)
    const copy = client.open(1)
    client.acknowledges = false
    const samples = KEPT_SAMPLES * 3
    for (let i = 1; i <= samples; i++) world.poll(1000, 1 + i)
    history.record('kvm-01', begin, world.clock.now(), {})
    const held = trackOf(copy, 'vcpu', '0').count
    expect(held).toBeLessThan(10)
    client.acknowledges = true
    client.acknowledgeNow()
    world.commit()
    const track = trackOf(copy, 'vcpu', '0')
    expect(track.count).toBeGreaterThan(samples / 2)
    const times = [...track.times.subarray(0, track.count)]
    expect(times.every((at, i) => i === 0 || at > times[i - 1]!)).toBe(true)
    const widest = Math.max(...times.map((at, i) => (i === 0 ? 0 : at - track.spans[i]! - times[i - 1]!)))
    expect(widest).toBeLessThan(20)
    expect(client.changes.filter(({ caughtUp }) => caughtUp)).toHaveLength(2)
  })

  it('[DT33] is sent to a client that paused, and live points are not', () => {
    const world = startedWorld()
    const client = new DetailClient(world)
    client.send(encodeMessage({ type: MessageType.Pause }))
    const copy = client.open(1)
    expect(copy.facts?.name).toBe('vm-7')
    world.poll(900, 2)
    world.commit()
    expect(trackOf(copy, 'vcpu', '0').count).toBe(0)
    client.send(encodeMessage({ type: MessageType.Resume }))
    world.commit()
    expect(trackOf(copy, 'vcpu', '0').count).toBe(1)
  })
})
