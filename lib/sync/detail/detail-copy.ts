import { readJsonText } from '../grid/decode.ts'
import { parseObject } from '../messages/hello.ts'
import type { Frame } from '../wire/frame.ts'
import { SectionType } from '../wire/protocol.ts'
import { malformedFrame } from '../wire/sync-error.ts'
import { type FillSection, readFill, readPoints } from './detail-decode.ts'
import {
  type DetailFacts,
  type EventFact,
  type MarkFact,
  parseEvents,
  parseFacts,
  parseTracks,
  type TrackFact,
  type TracksFact,
} from './detail-json.ts'
import { MAX_TRACKS } from './detail-protocol.ts'
import { ResetWatch } from './reset-watch.ts'
import type { ServerTime } from './server-time.ts'
import { TrackPoints } from './track-points.ts'

/** What a frame brought. */
export interface DetailChange {
  facts: boolean
  tracks: boolean
  points: boolean
  events: boolean
  caughtUp: boolean
  /** Why the server does not give this detail, for a person; null when it does. */
  refused: string | null
}

const MAX_EVENTS = 200
const MAX_MARKS = 200
/** Marks of one kind closer than this are of the same thing. ms */
const SAME_MARK_MS = 5000

/**
 * A client's copy of one open domain, over all requests that are made for it one after another (DT3).
 *
 * @remarks No socket, clock or timer in here. Moments are of the local clock. When {@link DetailCopy.apply} throws, the
 * connection is to be given up as after any malformed frame.
 */
export class DetailCopy {
  tracks: TrackPoints[] = []
  /** Goes up when tracks or series come or go. */
  tracksVersion = 0
  facts: DetailFacts | null = null
  marks: MarkFact[] = []
  events: EventFact[] = []
  /** Samples within one stretch of so many ms become one point. */
  bucketMs = 0
  /** Points that end before this are not needed any more. */
  keepFrom = Number.NEGATIVE_INFINITY
  private readonly byNumber = new Map<number, TrackPoints>()
  /** Tracks that the request under way has named. */
  private readonly named = new Set<TrackPoints>()
  private resets = new ResetWatch()
  private fresh = true

  /** A new request begins. Unless `keep`, its first frame replaces all tracks. */
  begin(keep: boolean): void {
    this.byNumber.clear()
    this.named.clear()
    this.fresh = !keep
  }

  /** A copy for a request of another stretch that knows of the domain what this one does, and has no points. */
  successor(): DetailCopy {
    const copy = new DetailCopy()
    copy.tracksVersion = this.tracksVersion
    copy.facts = this.facts
    copy.events = this.events
    return copy
  }

  /** The next frame replaces all tracks. */
  get awaitsFirst(): boolean {
    return this.fresh
  }

  /** Where points begin to be missing: the earliest end of a track that goes on; null without points. */
  get missingFrom(): number | null {
    let from = Number.POSITIVE_INFINITY
    for (const track of this.tracks) {
      if (track.until === null && track.count > 0) from = Math.min(from, track.lastTime)
    }
    return Number.isFinite(from) ? from : null
  }

  /** Moves everything by `ms`: the clocks are known better than when it came. */
  shift(ms: number): void {
    for (const track of this.tracks) track.shift(ms)
    const moved = <T extends { readonly at: number }>(one: T): T => ({ ...one, at: one.at + ms })
    this.marks = this.marks.map(moved)
    this.events = this.events.map(moved)
    const { facts } = this
    if (facts !== null && facts.upSince !== null) this.facts = { ...facts, upSince: facts.upSince + ms }
  }

  /** Takes a DETAIL frame of the request under way. */
  apply(frame: Frame, time: ServerTime): DetailChange {
    const change: DetailChange = {
      ...{ facts: false, tracks: false, points: false, events: false, caughtUp: false, refused: null },
    }
    if (this.fresh) this.startOver(change)
    const toLocal = (serverTime: number) => time.toLocal(serverTime)
    for (const section of frame.sections) {
      switch (section.type) {
        case SectionType.Facts:
          this.takeFacts(parseFacts(readJsonText(frame, section)), toLocal)
          change.facts = true
          break
        case SectionType.Tracks:
          this.takeTracks(parseTracks(readJsonText(frame, section)), toLocal)
          change.tracks = true
          break
        case SectionType.Fill:
          if (this.takeFill(readFill(frame, section), toLocal)) change.points = true
          break
        case SectionType.Points:
          readPoints(frame, section, (number, end, span, values) => this.takePoint(number, toLocal(end), span, values))
          for (const mark of this.resets.take()) if (this.mark(mark)) change.facts = true
          change.points = true
          break
        case SectionType.Events:
          this.addEvents(parseEvents(readJsonText(frame, section)).events.map((event) => local(event, toLocal)))
          change.events = true
          break
        case SectionType.CaughtUp:
          if (this.endOthers()) change.tracks = true
          change.caughtUp = true
          break
        case SectionType.Message:
          change.refused = String(parseObject(readJsonText(frame, section)).message)
          break
      }
    }
    if (change.points) for (const track of this.tracks) track.dropBefore(this.keepFrom)
    return change
  }

  private startOver(change: DetailChange): void {
    this.fresh = false
    this.tracks = []
    this.resets = new ResetWatch()
    this.tracksVersion++
    this.marks = []
    change.tracks = true
    change.points = true
  }

  private takeFacts(facts: DetailFacts, toLocal: (serverTime: number) => number): void {
    const { upSince, marks } = facts
    // A server that starts anew may know nothing of a domain that this side has seen.
    if (facts.status === 'gone' && this.facts !== null) this.facts = { ...this.facts, status: 'gone', id: -1 }
    else this.facts = { ...facts, upSince: upSince === null ? null : toLocal(upSince), marks: [] }
    for (const mark of marks) this.mark({ ...mark, at: toLocal(mark.at) })
  }

  /** False when the mark is known. One of the whole domain stands for those of its vCPUs, disks and NICs. */
  private mark(mark: MarkFact): boolean {
    const near = ({ at, kind }: MarkFact) => kind === mark.kind && Math.abs(at - mark.at) < SAME_MARK_MS
    if (this.marks.some((known) => near(known) && covers(known, mark))) return false
    const others = this.marks.filter((known) => !(near(known) && covers(mark, known)))
    this.marks = [...others.slice(1 - MAX_MARKS), mark].sort((a, b) => a.at - b.at)
    return true
  }

  private takeTracks({ sets, tracks }: TracksFact, toLocal: (serverTime: number) => number): void {
    for (const fact of tracks) {
      const ids = sets[fact.set]!
      const track = this.byNumber.get(fact.number) ?? this.findOrMake(fact, ids)
      this.byNumber.set(fact.number, track)
      this.named.add(track)
      // What was there before the stretch of a later request was there before that of the first.
      track.since = fact.since === null ? track.since : toLocal(fact.since)
      track.until = fact.until === null ? null : toLocal(fact.until)
    }
    this.tracksVersion++
  }

  private findOrMake(fact: TrackFact, ids: readonly string[]): TrackPoints {
    const known = this.tracks.find(
      (track) =>
        !this.named.has(track) &&
        track.entity === fact.entity &&
        track.identity === fact.identity &&
        track.host === fact.host &&
        track.series[0]?.metric.id === ids[0],
    )
    if (known !== undefined) {
      known.setSeries(ids)
      return known
    }
    if (this.tracks.length >= MAX_TRACKS) throw malformedFrame('a domain has too many tracks')
    const made = new TrackPoints(fact, ids)
    this.tracks.push(made)
    return made
  }

  private takeFill(section: FillSection, toLocal: (serverTime: number) => number): boolean {
    const track = this.byNumber.get(section.track)
    if (track === undefined) throw malformedFrame('a fill is for no track', { track: section.track })
    this.bucketMs = Math.max(this.bucketMs, section.width)
    return track.fill(section, toLocal)
  }

  private takePoint(number: number, end: number, span: number, values: Float64Array): void {
    const track = this.byNumber.get(number)
    if (track === undefined) throw malformedFrame('a point is for no track', { track: number })
    this.resets.note(track, end, track.add(end, span, values, this.bucketMs), values)
  }

  /** Tracks that the request did not name are no more. */
  private endOthers(): boolean {
    const { named } = this
    let ended = false
    for (const track of this.tracks) {
      if (named.has(track) || track.until !== null) continue
      track.until = track.lastTime
      ended = true
    }
    if (ended) this.tracksVersion++
    return ended
  }

  /** Adds events that it does not have, in the order of time. Moments are local. */
  addEvents(events: readonly EventFact[]): void {
    const key = ({ wall, kind, text }: EventFact) => `${wall} ${kind} ${text}`
    const known = new Set(this.events.map(key))
    const added = events.filter((event) => !known.has(key(event)))
    if (added.length === 0) return
    this.events = [...this.events, ...added].sort((a, b) => a.at - b.at).slice(-MAX_EVENTS)
  }
}

/** Whether one of two marks of a moment tells what the other does. Of hand-overs the label tells where to. */
function covers(mark: MarkFact, other: MarkFact): boolean {
  return mark.label === other.label || (mark.of === undefined && other.of !== undefined)
}

/** The event with its moment on the local clock. */
export function local(event: EventFact, toLocal: (serverTime: number) => number): EventFact {
  return { ...event, at: toLocal(event.at) }
}
