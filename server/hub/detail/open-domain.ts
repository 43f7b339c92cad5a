import { RESET_VALUE } from '../../../lib/columns/derived-column.ts'
import { VCPU_METRICS } from '../../../lib/metrics/child-metrics.ts'
import { rawVcpuPath } from '../../../lib/metrics/raw-metric.ts'
import type { SampleReader } from '../../fleet/sample-reader.ts'
import { TRACK_KINDS, type TrackKind, VCPU_SET } from './detail-series.ts'
import { RawRates } from './raw-rates.ts'

/** Samples that are kept for clients that are behind. */
export const KEPT_SAMPLES = 32
/** Most `raw:` series of one domain, of all its clients together. */
const MAX_EXTRAS = 128
/** Tracks of children that are gone which are kept, in case they come back. */
const MAX_ENDED = 256

/** Something of an open domain that is sampled as a whole. */
export interface LiveTrack {
  readonly kind: TrackKind
  readonly identity: string
  /** When it came and went; null for *was there when the domain was opened* and *is there*. */
  since: number | null
  until: number | null
  /** `OpenDomain.version` when the two above changed last. */
  version: number
  readonly raw: RawRates | null
}

/** What one reply brought: by track its end, its span, and its values at `at`. */
export interface DetailSample {
  readonly tracks: readonly LiveTrack[]
  readonly ends: Float64Array
  readonly spans: Float64Array
  readonly at: Int32Array
  readonly values: Float64Array
}

/**
 * One row that clients look at: its tracks, and its last samples, computed once for all of them.
 *
 * @remarks The row may lose its domain process and get another; identities keep their tracks.
 */
export class OpenDomain {
  readonly row: number
  readonly host: string
  readonly tracks: LiveTrack[] = []
  /** Goes up when a track comes, goes or comes back. */
  version = 1
  /** Samples so far; the newest `KEPT_SAMPLES` are kept. */
  taken = 0
  clients = 0
  private readonly samples: SampleReader
  private readonly ring: DetailSample[] = []
  private readonly byKind = TRACK_KINDS.map(() => new Map<string, LiveTrack>())
  /** By kind: time of the newest sample taken in. */
  private readonly seen = new Float64Array(TRACK_KINDS.length)
  /** Field paths of raw series of vCPUs, after the catalogue's. Never shorter, so that places stay. */
  private readonly extras: string[] = []

  constructor(samples: SampleReader, row: number, host: string) {
    this.samples = samples
    this.row = row
    this.host = host
    for (const kind of TRACK_KINDS) {
      this.seen[kind.set] = this.newest(kind)
      if (kind.entity === 'domain') this.born(kind, '', null)
      else this.followChildren(kind, null)
    }
  }

  /** Places of a client's series among the values of a vCPU; a series too many has the place of none. */
  vcpuPlaces(ids: readonly string[]): Int32Array {
    const own = TRACK_KINDS[VCPU_SET]!.metrics.length
    const places = ids.map((id) => {
      const path = rawVcpuPath(id)
      if (path === null) return -1
      if (!this.extras.includes(path) && this.extras.length < MAX_EXTRAS) this.extras.push(path)
      const place = this.extras.indexOf(path)
      return place < 0 ? -1 : own + place
    })
    return Int32Array.from([...TRACK_KINDS[VCPU_SET]!.metrics.keys(), ...places])
  }

  /** Sample number `index`, from 0; undefined when it is not kept any more. */
  sample(index: number): DetailSample | undefined {
    return index < this.taken - KEPT_SAMPLES ? undefined : this.ring[index % KEPT_SAMPLES]
  }

  /** Whether nothing is missing between sample `index` and the newest. */
  keeps(index: number): boolean {
    return index >= this.taken - KEPT_SAMPLES
  }

  /** Takes in what a reply of a lane brought. */
  take(lane: number): void {
    const made = new SampleDraft()
    for (const kind of TRACK_KINDS) {
      const end = kind.lane === lane ? this.newest(kind) : 0
      const before = this.seen[kind.set]!
      if (end <= before) continue
      this.seen[kind.set] = end
      if (kind.entity === 'domain') this.readDomain(kind, before, end, made)
      else this.readChildren(kind, end, made)
    }
    if (made.tracks.length === 0) return
    this.ring[this.taken % KEPT_SAMPLES] = made.done()
    this.taken++
  }

  private newest({ groups }: TrackKind): number {
    let at = 0
    for (const group of groups) at = Math.max(at, this.samples.sampledAt(this.row, group))
    return at
  }

  private readDomain(kind: TrackKind, before: number, end: number, made: SampleDraft): void {
    const { samples, row } = this
    const newest = kind.groups.find((group) => samples.sampledAt(row, group) === end)!
    // Not the time between the newest two samples of a group: states are read by the roster in between.
    const follows = before > 0 && end - before <= samples.maxGapMs(row, newest)
    const span = follows ? end - before : samples.spanMs(row, newest)
    const at = made.add(this.byKind[kind.set]!.get('')!, end, span, kind.metrics.length)
    samples.domain(row, kind.metrics, made.values, at)
  }

  private readChildren(kind: TrackKind, end: number, made: SampleDraft): void {
    const { samples, row, extras } = this
    const entity = kind.entity as Exclude<TrackKind['entity'], 'domain'>
    const span = samples.spanMs(row, kind.groups[0]!)
    const more = kind.set === VCPU_SET ? extras.length : 0
    this.followChildren(kind, end)
    for (let slot = samples.firstChild(row, entity); slot >= 0; slot = samples.nextChild(entity, slot)) {
      if (!samples.isOnline(entity, slot)) continue
      const track = this.byKind[kind.set]!.get(samples.childIdentity(entity, slot))!
      const at = made.add(track, end, span, kind.metrics.length + more)
      samples.child(entity, slot, made.values, at)
      if (more > 0) this.readExtras(track, made.values, at + kind.metrics.length, end, span)
    }
  }

  private readExtras(track: LiveTrack, values: Float64Array, at: number, end: number, span: number): void {
    // Where the vCPU's own time has no rate, its other counters have none over the same interval.
    const use = values[at - VCPU_METRICS.length]!
    const usable = Number.isFinite(use) ? span : Number.NaN
    for (let i = 0; i < this.extras.length; i++) {
      const value = track.raw!.read(this.samples, this.row, track.identity, this.extras[i]!, end, usable)
      values[at + i] = use === RESET_VALUE && Number.isNaN(value) ? RESET_VALUE : value
    }
  }

  /** Notes which children came and went. `at` null: they were there before anybody looked. */
  private followChildren(kind: TrackKind, at: number | null): void {
    const { samples, row } = this
    const entity = kind.entity as Exclude<TrackKind['entity'], 'domain'>
    const tracks = this.byKind[kind.set]!
    const there = new Set<string>()
    for (let slot = samples.firstChild(row, entity); slot >= 0; slot = samples.nextChild(entity, slot)) {
      if (!samples.isOnline(entity, slot)) continue
      const identity = samples.childIdentity(entity, slot)
      there.add(identity)
      const track = tracks.get(identity)
      if (track === undefined) this.born(kind, identity, at)
      else if (track.until !== null) this.change(track, at, null)
    }
    if (at === null) return
    for (const [identity, track] of tracks) {
      if (track.until === null && !there.has(identity)) this.change(track, track.since, at)
    }
    this.forgetEnded()
  }

  private born(kind: TrackKind, identity: string, since: number | null): void {
    const raw = kind.set === VCPU_SET ? new RawRates() : null
    const track: LiveTrack = { kind, identity, since, until: null, version: ++this.version, raw }
    this.byKind[kind.set]!.set(identity, track)
    this.tracks.push(track)
  }

  /** A guest that starts again and again has a new tap each time, and may be looked at for weeks. */
  private forgetEnded(): void {
    if (this.tracks.length <= MAX_ENDED) return
    const ended = this.tracks.filter(({ until }) => until !== null).sort((a, b) => a.until! - b.until!)
    for (const track of ended.slice(0, Math.max(0, ended.length - MAX_ENDED))) {
      this.byKind[track.kind.set]!.delete(track.identity)
      this.tracks.splice(this.tracks.indexOf(track), 1)
    }
  }

  private change(track: LiveTrack, since: number | null, until: number | null): void {
    track.since = since
    track.until = until
    track.version = ++this.version
  }
}

/** A sample in the making; `values` is replaced when it grows. */
class SampleDraft {
  readonly tracks: LiveTrack[] = []
  values = new Float64Array(64)
  private readonly ends: number[] = []
  private readonly spans: number[] = []
  private readonly places: number[] = []
  private length = 0

  /** Makes room for the values of a track and returns where they go. */
  add(track: LiveTrack, end: number, span: number, count: number): number {
    const at = this.length
    this.length += count
    if (this.length > this.values.length) {
      const grown = new Float64Array(Math.max(this.length, this.values.length * 2))
      grown.set(this.values)
      this.values = grown
    }
    this.tracks.push(track)
    this.ends.push(end)
    this.spans.push(span)
    this.places.push(at)
    return at
  }

  done(): DetailSample {
    const { tracks, values, ends, spans, places } = this
    const exact = values.slice(0, this.length)
    return {
      tracks,
      ends: Float64Array.from(ends),
      spans: Float64Array.from(spans),
      at: Int32Array.from(places),
      values: exact,
    }
  }
}
