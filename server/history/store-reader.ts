import { type HistoryStore, REACH_MS } from '../../lib/history/history-store.ts'
import type { HistoryStream } from '../../lib/history/history-stream.ts'
import { Tier } from '../../lib/history/page/page.ts'
import { type Recording, recordingOf } from '../../lib/history/recording.ts'
import { resetsOf } from '../../lib/history/resets.ts'
import { readSpan, type Span } from '../../lib/history/span.ts'
import { marksOf, meanSeries, thinSeries } from '../../lib/history/thin.ts'
import { listTracks } from '../../lib/history/tracks.ts'
import type { Clock } from '../clock.ts'
import type { Lane } from '../fleet/fleet-writer.ts'
import type {
  HistoryBuckets,
  HistoryKept,
  HistoryMark,
  HistoryReader,
  HistoryReset,
  HistoryTrack,
} from '../fleet/history-reader.ts'

interface CachedSpan {
  readonly stream: HistoryStream
  readonly version: number
  /** Nothing that came since can belong to it: there were samples up to its end. */
  readonly closed: boolean
  readonly bytes: number
  readonly from: number
  readonly to: number
  readonly span: Span
}

/** Bytes of decoded stretches that are remembered, for seconds: answers go out in parts, to several clients at once. */
const MOST_SPAN_BYTES = 32 * 1024 * 1024

/** Reads the store: whoever asks for all series of a domain, one after another, has its pages decoded once. */
export class StoreReader implements HistoryReader {
  private readonly store: HistoryStore
  private readonly clock: Clock
  private spans: CachedSpan[] = []
  /** Pages that could not be read; nothing but a fault of ours or of the memory breaks one. */
  broken = 0

  constructor(store: HistoryStore, clock: Clock) {
    this.store = store
    this.clock = clock
  }

  kept(): HistoryKept {
    const { memory, firstTime } = this.store
    const now = this.clock.now()
    const since = (tier: Tier) => Math.max(firstTime, memory.logs[tier].completeSince)
    const reach = (tier: Tier) => Math.min(Math.max(now - since(tier), 0), REACH_MS[tier])
    const exactMs = reach(Tier.Exact)
    const coarseMs = Math.max(reach(Tier.Coarse), exactMs)
    const { withoutChildren, notRecorded } = this.store.shortage
    const domains = { domainsWithoutChildren: withoutChildren, domainsNotRecorded: notRecorded }
    return { exactMs, coarseMs, bytes: memory.bytes, budgetBytes: memory.budgetBytes, ...domains }
  }

  recorded(host: string, uuid: string): Recording {
    const streams = this.store.streamsOf(uuid).filter((stream) => stream.host === host)
    // Before the first sample nothing was refused either.
    return streams.length === 0 && this.store.shortage.notRecorded === 0 ? 'all' : recordingOf(streams)
  }

  tracksOf(uuid: string): readonly HistoryTrack[] {
    return this.store.streamsOf(uuid).flatMap((stream) =>
      listTracks(this.store, stream).map(({ kind, identity, from, to }) => ({
        host: stream.host,
        uuid,
        entity: kind.entity,
        identity,
        // Streams are made for lanes only.
        lane: stream.lane as Lane,
        series: kind.metrics,
        from,
        to,
      })),
    )
  }

  read(track: HistoryTrack, series: number, from: number, to: number, count: number): HistoryBuckets {
    const span = this.span(track, from, to)
    return thinSeries(span, track.entity, track.identity, series, { from, to, count })
  }

  means(track: HistoryTrack, series: number, from: number, to: number, count: number): Float32Array {
    const span = this.span(track, from, to)
    return meanSeries(span, track.entity, track.identity, series, { from, to, count })
  }

  marks(track: HistoryTrack, from: number, to: number): readonly HistoryMark[] {
    return marksOf(this.span(track, from, to), track.entity, track.identity, from, to)
  }

  resets(track: HistoryTrack, from: number, to: number): readonly HistoryReset[] {
    return resetsOf(this.span(track, from, to), from, to)
  }

  /** Lets go of what was decoded. */
  release(): void {
    this.spans = []
  }

  private span(track: HistoryTrack, from: number, to: number): Span {
    const stream = this.store.find(track.host, track.uuid, track.lane)
    if (stream === null) return NOTHING
    const known = this.spans.find((one) => one.stream === stream && one.from === from && one.to === to)
    if (known !== undefined && (known.closed || known.version === stream.version)) return known.span
    const span = readSpan(this.store, stream, from, to)
    this.broken += span.broken
    const bytes = span.pages.reduce((sum, { page }) => sum + page.levels.byteLength, 0)
    const { version, lastTime } = stream
    this.remember({ stream, version, closed: lastTime >= to, bytes, from, to, span }, known)
    return span
  }

  private remember(span: CachedSpan, instead: CachedSpan | undefined): void {
    let bytes = 0
    this.spans = [span, ...this.spans.filter((one) => one !== instead)].filter((one, place) => {
      bytes += one.bytes
      return place === 0 || bytes <= MOST_SPAN_BYTES
    })
  }
}

const NOTHING: Span = { pages: [], broken: 0 }
