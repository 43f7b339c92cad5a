import type { StoreApi } from 'zustand/vanilla'
import { createStore } from 'zustand/vanilla'
import { metricsOf } from '../../../lib/metrics/catalogue.ts'
import { DISK_METRICS, NIC_METRICS, VCPU_METRICS } from '../../../lib/metrics/child-metrics.ts'
import type { Metric } from '../../../lib/metrics/types.ts'
import type { DetailFeed, DetailRange, DetailState, DetailTrack, DetailView } from '../../live/live-detail.ts'

/** A domain that is made up, the same each time. */
export interface FakeDomain {
  readonly vcpus: number
  readonly disks: number
  readonly nics: number
  /** Seconds of history there is when it is opened, and the end of it on the page's clock. */
  readonly seconds: number
  readonly now: number
}

const STEP_MS = 1000

/** Noise from 0 to 1, the same for the same place and moment. */
function noise(place: number, moment: number): number {
  let state = (Math.imul(place + 1, 0x9e3779b1) ^ Math.imul(moment + 1, 0x85ebca6b)) >>> 0
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3ced) >>> 0
  state = Math.imul(state ^ (state >>> 12), 0x297a2d39) >>> 0
  return ((state ^ (state >>> 15)) >>> 0) / 2 ** 32
}

/** Load of a thing at a second: a slow wave, some noise, and now and then a spike. */
function load(place: number, second: number): number {
  const wave = 0.5 + 0.5 * Math.sin((second + place * 37) / (20 + (place % 7) * 9))
  const spike = noise(place + 900, Math.floor(second / 5)) > 0.985 ? 0.8 : 0
  return Math.min(1, 0.08 + (0.5 * wave * ((place % 5) + 1)) / 5 + 0.12 * noise(place, second) + spike)
}

const SIZES: Readonly<Record<string, number>> = {
  '%': 100,
  cores: 8,
  KiB: 8 * 1024 * 1024,
  'KiB/s': 800,
  '1/s': 2400,
  'B/s': 90e6,
  ns: 9e6,
  B: 65_536,
  requests: 6,
  s: 10,
  count: 8,
}

class FakeTrack implements DetailTrack {
  readonly host = 'fake-01'
  readonly series
  count = 0
  times: Float64Array
  spans: Float64Array
  since: number | null = null
  until: number | null = null
  readonly entity
  readonly identity
  private readonly place: number

  constructor(
    entity: DetailTrack['entity'],
    identity: string,
    metrics: readonly Metric[],
    capacity: number,
    place: number,
  ) {
    this.entity = entity
    this.identity = identity
    this.place = place
    this.times = new Float64Array(capacity)
    this.spans = new Float64Array(capacity)
    this.series = metrics.map((metric) => ({
      metric,
      low: new Float64Array(capacity),
      high: new Float64Array(capacity),
    }))
  }

  push(time: number, second: number): void {
    // Full: the older half goes.
    if (this.count === this.times.length) this.drop(this.count >> 1)
    // A minute without samples, for the gap.
    if (second % 400 > 330 && second % 400 < 345) return
    const at = this.count++
    this.times[at] = time
    this.spans[at] = STEP_MS
    this.series.forEach((series, index) => {
      const size = SIZES[series.metric.unit] ?? 1
      const value = this.valueOf(series.metric.id, index, second) * size
      series.low[at] = value
      series.high[at] = value
    })
  }

  private valueOf(id: string, index: number, second: number): number {
    const value = load(this.place * 3 + index, second)
    if (/steal|denied/i.test(id)) return Math.max(0, value - 0.55) * 0.6
    if (/Latency/.test(id)) return noise(this.place + index, second) > 0.9 ? Number.NaN : value ** 3
    if (/Errors|Drops|swap/.test(id)) return 0
    if (/Allocated|Maximum/.test(id)) return 0.75
    return value
  }

  private drop(points: number): void {
    this.times.copyWithin(0, points)
    this.spans.copyWithin(0, points)
    for (const { low, high } of this.series) {
      low.copyWithin(0, points)
      high.copyWithin(0, points)
    }
    this.count -= points
  }
}

/** A view of a made-up domain. `tick` adds a second. */
export class FakeDetail implements DetailView {
  readonly store: StoreApi<DetailState>
  readonly tracks: FakeTrack[] = []
  closed = false
  readonly ranges: DetailRange[] = []
  private readonly listeners = new Set<() => void>()
  private now: number
  private second: number

  constructor(domain: FakeDomain, host = 'fake-01', uuid = '6dc1c6a5-64ac-4cb0-b1d1-1d3a1c0c6a01') {
    const capacity = Math.max(600, domain.seconds * 2)
    const add = (entity: DetailTrack['entity'], identity: string, metrics: readonly Metric[]): void => {
      this.tracks.push(new FakeTrack(entity, identity, metrics, capacity, this.tracks.length))
    }
    add(
      'domain',
      '',
      metricsOf('domain').filter(({ unit }) => unit !== 'word'),
    )
    for (let i = 0; i < domain.vcpus; i++) add('vcpu', String(i), VCPU_METRICS)
    for (let i = 0; i < domain.disks; i++) add('disk', `vd${String.fromCharCode(97 + i)}`, DISK_METRICS)
    for (let i = 0; i < domain.nics; i++) add('nic', `vnet${i}`, NIC_METRICS)
    this.now = domain.now - domain.seconds * STEP_MS
    this.second = 0
    for (let i = 0; i < domain.seconds; i++) this.step()
    this.store = createStore<DetailState>(() => stateOf(domain, host, uuid))
  }

  /** A second passes. */
  tick(now = this.now + STEP_MS): void {
    this.now = now - STEP_MS
    this.step()
    for (const listener of this.listeners) listener()
  }

  onPoints(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  setRange(range: DetailRange): void {
    this.ranges.push(range)
  }

  setExtraSeries(): void {
    // The made-up domain has no counters beyond those of the catalogue.
  }

  close(): void {
    this.closed = true
    this.listeners.clear()
  }

  private step(): void {
    this.now += STEP_MS
    this.second++
    for (const track of this.tracks) track.push(this.now, this.second)
  }
}

function stateOf(domain: FakeDomain, host: string, uuid: string): DetailState {
  const { now, seconds } = domain
  return {
    ...{ status: 'live', host, uuid, name: `fake-${domain.vcpus}`, id: 7, state: 'running', reason: 'booted' },
    ...{ upSince: now - 7_300_000, upSinceIsExact: false, keptMs: seconds * STEP_MS, from: now - seconds * STEP_MS },
    ...{ to: Number.POSITIVE_INFINITY, tracksVersion: 1, facts: {}, events: [], wallOffsetMs: 1_763_800_000_000 - now },
    marks: [
      { at: now - 100_000, kind: 'event', label: 'resumed' },
      { at: now - 200_000, kind: 'reset', label: 'counters began anew' },
    ],
  }
}

/** Opens made-up domains; `opened` holds every view that was made. */
export class FakeDetailFeed implements DetailFeed {
  readonly opened: FakeDetail[] = []
  private readonly domain: () => FakeDomain

  constructor(domain: () => FakeDomain) {
    this.domain = domain
  }

  openDetail(host: string, uuid: string): FakeDetail {
    const view = new FakeDetail(this.domain(), host, uuid)
    this.opened.push(view)
    return view
  }
}
