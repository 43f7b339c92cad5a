import { PointsWriter, writeCaughtUp, writeClock } from '../../../lib/sync/detail/detail-encode.ts'
import type { EventFact, MarkFact } from '../../../lib/sync/detail/detail-json.ts'
import { MAX_EVENTS_OF_FRAME } from '../../../lib/sync/detail/detail-protocol.ts'
import { beginFrame, endFrame, writeJson } from '../../../lib/sync/grid/encode.ts'
import type { DetailOpen } from '../../../lib/sync/messages/detail-messages.ts'
import type { ByteWriter } from '../../../lib/sync/wire/byte-writer.ts'
import { FrameType, SectionType } from '../../../lib/sync/wire/protocol.ts'
import type { Clock } from '../../clock.ts'
import type { HistoryReader, HistoryTrack } from '../../fleet/history-reader.ts'
import { uuidText, wordsOfUuidBytes } from '../../fleet/uuid.ts'
import type { DetailBoard } from './detail-board.ts'
import { type FactSources, FactTeller, handover, pastMarks } from './detail-facts.ts'
import { FillRun, type FillTarget } from './detail-fills.ts'
import { TRACK_KINDS, VCPU_SET } from './detail-series.ts'
import { findDomain, type Whereabouts } from './follow-domain.ts'
import type { DetailSample, OpenDomain } from './open-domain.ts'
import { otherSights } from './other-sights.ts'
import { type Wait, waitsOf } from './stays.ts'
import { TrackList } from './track-list.ts'

/** What all details of a hub share. */
export interface DetailSources extends FactSources {
  readonly clock: Clock
  readonly board: DetailBoard
  /** Frames are made here, one at a time. */
  readonly writer: ByteWriter
}

/** A frame with points is closed beyond this; the others come in the next. */
const MANY_POINT_BYTES = 64 << 10
const MAX_MARKS = 100
const KEPT_EVERY_MS = 10_000
const KEPT_FIRST_MS = 2_000
/** Nothing is sampled more often. */
const LEAST_BUCKET_MS = 200

/**
 * One domain that one client looks at (docs/spec/detail.md).
 *
 * @remarks It remembers where the client is and no bytes: what is to be sent is read when there is room for it.
 */
export class DetailSession {
  private readonly from: DetailSources
  private readonly message: DetailOpen
  private readonly uuid: string
  private readonly facts: FactTeller
  private readonly tracks: TrackList
  private readonly places: readonly Int32Array[]
  private where: Whereabouts = { row: null, identity: null, ran: false }
  private domain: OpenDomain | null = null
  private vcpuPlaces: Int32Array = new Int32Array(0)
  /** Number of the next sample to send. */
  private next = 0
  /** The stretch; `end` is null while it goes on live. */
  private readonly begin: number
  private readonly end: number | null
  /** Everything up to here is sent, or in `fill`. */
  private sentTo: number
  private readonly bucketMs: number
  private fill: FillRun | null = null
  private caughtUp = false
  /** The first stretch is not through. */
  isOpening = true
  private marks: MarkFact[] = []
  private events: EventFact[]
  private kept = 0
  private keptAt = Number.NEGATIVE_INFINITY

  constructor(sources: DetailSources, message: DetailOpen) {
    this.from = sources
    this.message = message
    this.uuid = uuidText(wordsOfUuidBytes(message.uuid))
    this.facts = new FactTeller(sources, this.uuid, message.host)
    this.tracks = new TrackList(message.series)
    this.places = TRACK_KINDS.map(({ metrics }) => Int32Array.from(metrics.keys()))
    const now = sources.clock.now()
    // Nothing is kept before that: the pixels are for what there is.
    this.begin = Math.max(now - message.fromAgeMs, oldestKept(sources.history, this.uuid, now))
    this.end = message.toAgeMs === null ? null : now - message.toAgeMs
    this.sentTo = this.begin
    this.bucketMs = Math.max(LEAST_BUCKET_MS, ((this.end ?? now) - this.begin) / message.pixels)
    this.events = (sources.events?.events(this.uuid) ?? []).map(eventFact)
  }

  /** Finds the domain and its past. Whoever calls it holds the session: {@link close} frees what it took, even when it fails. */
  start(): void {
    this.follow()
    this.startFill()
  }

  /** Lets go of everything. */
  close(): void {
    if (this.domain !== null) this.from.board.release(this.domain)
    this.domain = null
    this.fill = null
  }

  /** Looks where the domain is now. To be called at each commit, before {@link frame}. */
  follow(): void {
    const { fleet, board, clock } = this.from
    const before = this.where
    this.where = findDomain(fleet, this.uuid, this.message.host, before)
    const { row, identity } = this.where
    if (row === before.row) return
    const now = clock.now()
    const oldHost = this.domain?.host ?? before.identity?.host
    if (this.domain !== null) board.release(this.domain)
    this.domain = null
    if (row === null || identity === null) return
    if (oldHost !== undefined) this.tracks.leave(oldHost, now)
    if (oldHost !== undefined && oldHost !== identity.host) this.mark(handover(identity.host, now))
    this.domain = board.open(row, identity.host)
    this.vcpuPlaces = this.domain.vcpuPlaces(this.message.series)
    this.next = this.domain.taken
  }

  private mark(mark: MarkFact): void {
    this.marks = [...this.marks, mark].slice(-MAX_MARKS)
  }

  /** Begins to send what history has from `sentTo` on. */
  private startFill(): void {
    const { history, clock } = this.from
    const from = this.sentTo
    const to = this.end ?? clock.now()
    this.caughtUp = false
    if (this.domain !== null) {
      this.tracks.follow(this.domain)
      this.next = this.domain.taken
    }
    this.sentTo = to
    if (history === null || to <= from) return
    const others = otherSights(this.from.fleet, this.uuid, this.where.row)
    const past = history
      .tracksOf(this.uuid)
      .filter((track) => track.to > from && track.from <= to && !others.has(track.host))
    const events = (this.from.events?.events(this.uuid) ?? []).filter(({ host }) => !others.has(host))
    this.marks = [...this.marks, ...pastMarks(history, past, events, from, to)].slice(-MAX_MARKS)
    const targets = past.flatMap((track) => this.target(track, waitsOf(events, track.host)))
    const buckets = Math.min(this.message.pixels, Math.max(1, Math.ceil((to - from) / this.bucketMs)))
    this.fill = new FillRun(history, targets, from, to, buckets)
  }

  private target(track: HistoryTrack, waits: readonly Wait[]): FillTarget[] {
    const found = this.tracks.historyNumber(track)
    if (found === null) return []
    const places = this.tracks.sets[found.set]!.map((id) => track.series.findIndex((metric) => metric.id === id))
    return places.some((place) => place >= 0) ? [{ track, number: found.number, places, waits }] : []
  }

  /** The next frame; null when the client has everything. `offset` is that of the last commit. */
  frame(offset: number): Buffer | null {
    const { writer, clock } = this.from
    const { domain, tracks } = this
    if (domain !== null && this.end === null) {
      tracks.follow(domain)
      // Too far behind: what is missing comes from history, thinned.
      if (this.fill === null && !domain.keeps(this.next)) this.startFill()
    }
    beginFrame(writer, FrameType.Detail, 0, offset, this.message.request)
    writeClock(writer, clock.now(), clock.wall())
    const empty = writer.length
    const facts = this.facts.news(this.where, this.keptMs(), this.marks)
    if (facts !== null) writeJson(writer, SectionType.Facts, 0, facts)
    while (tracks.isDue) writeJson(writer, SectionType.Tracks, 0, tracks.take())
    this.writeEvents(writer)
    this.writePast(writer)
    if (this.fill === null && this.end === null) this.writePoints(writer)
    if (writer.length === empty) return null
    endFrame(writer)
    return Buffer.from(writer.written())
  }

  /** Looked up now and then only: it grows all the time, and each change is told. */
  private keptMs(): number {
    const { history, clock } = this.from
    const now = clock.now()
    if (history === null || now - this.keptAt < (this.kept < KEPT_EVERY_MS ? KEPT_FIRST_MS : KEPT_EVERY_MS))
      return this.kept
    this.keptAt = now
    this.kept = Math.round(now - oldestKept(history, this.uuid, now))
    return this.kept
  }

  private writeEvents(writer: ByteWriter): void {
    if (this.events.length === 0) return
    const events = this.events.slice(0, MAX_EVENTS_OF_FRAME)
    this.events = this.events.slice(MAX_EVENTS_OF_FRAME)
    writeJson(writer, SectionType.Events, 0, { events, dropped: 0 })
  }

  private writePast(writer: ByteWriter): void {
    this.fill?.write(writer)
    if (this.fill !== null && !this.fill.done) return
    this.fill = null
    if (this.caughtUp) return
    this.caughtUp = true
    this.isOpening = false
    writeCaughtUp(writer)
  }

  private writePoints(writer: ByteWriter): void {
    const { domain } = this
    if (domain === null || this.next >= domain.taken) return
    const points = new PointsWriter(writer)
    while (this.next < domain.taken && writer.length < MANY_POINT_BYTES) {
      const sample = domain.sample(this.next)
      if (sample === undefined) break
      this.writeSample(points, sample)
      this.next++
    }
    points.end()
  }

  private writeSample(points: PointsWriter, { tracks, ends, spans, at, values }: DetailSample): void {
    for (let i = 0; i < tracks.length; i++) {
      const track = tracks[i]!
      const number = this.tracks.liveNumber(track)
      if (number === undefined) continue
      const { set } = track.kind
      const places = set === VCPU_SET ? this.vcpuPlaces : this.places[set]!
      points.add(number, ends[i]!, spans[i]!, values, at[i]!, places)
      this.sentTo = Math.max(this.sentTo, ends[i]!)
    }
  }
}

/** The oldest sample that is kept of a domain; now, when there is none. */
function oldestKept(history: HistoryReader | null, uuid: string, now: number): number {
  return history?.tracksOf(uuid).reduce((least, { from }) => Math.min(least, from), now) ?? now
}

function eventFact({ at, wall, host, uuid, name, kind, text, details }: EventFact): EventFact {
  return { at, wall, host, uuid, name, kind, text, details }
}
