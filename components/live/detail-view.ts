import type { StoreApi } from 'zustand/vanilla'
import { createStore } from 'zustand/vanilla'
import { DetailCopy } from '../../lib/sync/detail/detail-copy.ts'
import type { EventFact } from '../../lib/sync/detail/detail-json.ts'
import { MAX_AGE_MS, MAX_PIXELS } from '../../lib/sync/detail/detail-protocol.ts'
import type { ServerTime } from '../../lib/sync/detail/server-time.ts'
import type { DetailOpen } from '../../lib/sync/messages/detail-messages.ts'
import type { Frame } from '../../lib/sync/wire/frame.ts'
import { MessageType } from '../../lib/sync/wire/protocol.ts'
import { openingState, stateOf } from './detail-state.ts'
import type { FeedClock } from './feed-clock.ts'
import type { DetailRange, DetailState, DetailTrack, DetailView } from './live-detail.ts'

/** What a view needs of the connection. */
export interface DetailLine {
  readonly clock: FeedClock
  readonly time: ServerTime
  /** The view has something to ask for. */
  wake(): void
  /** The view is closed. */
  closed(view: LiveDetailView): void
}

/** Tracks that lack at most this, and points of a page that was away, are asked for with a little to spare. ms */
const SPARE_MS = 2_000

/** Clocks that turn out to differ by so much more or less are worth moving points for. ms */
const WORTH_MOVING_MS = 20

/** One open domain of a page, over all requests and connections. */
export class LiveDetailView implements DetailView {
  readonly store: StoreApi<DetailState>
  /** The request that the server has from this connection; null when it has none. */
  request: number | null = null
  /** A request is due. */
  due = true
  isClosed = false
  private copy = new DetailCopy()
  /** What a request for another stretch brings, until it is whole: what is on the screen stays there so long. */
  private coming: DetailCopy | null = null
  private readonly line: DetailLine
  private readonly host: string
  private readonly uuid: string
  private readonly listeners = new Set<() => void>()
  private range: DetailRange
  private extras: readonly string[] = []
  /** By what the moments of this connection were mapped; null before its first frame. */
  private mappedBy: number | null = null
  /** The next request goes on from the points that are here. */
  private keep = false

  constructor(line: DetailLine, host: string, uuid: string, range: DetailRange) {
    this.line = line
    this.host = host
    this.uuid = uuid
    this.range = range
    const [from, to] = this.stretch()
    this.store = createStore<DetailState>(() => openingState(host, uuid, from, to))
  }

  get tracks(): readonly DetailTrack[] {
    return this.copy.tracks
  }

  onPoints(listener: () => void): () => void {
    // A listener of two callers is two.
    const own = () => listener()
    this.listeners.add(own)
    return () => {
      this.listeners.delete(own)
    }
  }

  setRange(range: DetailRange): void {
    if (this.isClosed) return
    this.range = range
    this.keep = false
    this.ask()
  }

  setExtraSeries(ids: readonly string[]): void {
    if (this.isClosed || ids.join() === this.extras.join()) return
    this.extras = [...ids]
    this.ask()
  }

  private ask(): void {
    this.due = true
    this.line.wake()
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.due = false
    this.listeners.clear()
    this.line.closed(this)
  }

  /** The connection is lost: the next one goes on from here. */
  disconnected(): void {
    this.request = null
    this.mappedBy = null
    this.due = true
    this.store.setState({ status: 'disconnected' })
  }

  /** The message that asks for what is wanted now. */
  message(request: number): DetailOpen {
    const now = this.line.clock.now()
    const [from, to] = this.stretch()
    const keep = this.keep && this.coming === null && !this.copy.awaitsFirst
    const missing = keep ? this.copy.missingFrom : null
    const begin = missing === null ? from : Math.max(from, missing - SPARE_MS)
    const closed = Number.isFinite(to)
    if (keep) this.copy.begin(true)
    else {
      this.coming = this.copy.tracks.length > 0 ? this.copy.successor() : null
      this.newest.begin(false)
      this.newest.bucketMs = this.bucketMs()
      this.store.setState({ from, to })
    }
    this.request = request
    this.due = false
    this.keep = true
    const whole = (closed ? to : now) - from
    const share = missing === null || !Number.isFinite(whole) ? 1 : ((closed ? to : now) - begin) / whole
    const fromAgeMs = age(now - begin)
    return {
      ...{ type: MessageType.DetailOpen, request, host: this.host, uuid: uuidBytes(this.uuid), fromAgeMs },
      toAgeMs: closed ? Math.min(age(now - to), fromAgeMs - 1) : null,
      pixels: Math.min(MAX_PIXELS, Math.max(1, Math.ceil(this.range.pixels * Math.min(1, share)))),
      series: this.extras,
    }
  }

  /** The wanted stretch on the page's clock; `to` is Infinity while it goes on live. */
  private stretch(): [from: number, to: number] {
    const now = this.line.clock.now()
    const { lastMs, from, to } = this.range
    if (lastMs !== undefined) return [now - lastMs, Number.POSITIVE_INFINITY]
    const end = Math.min(now, to ?? now)
    return [Math.min(from ?? end, end - 1), end]
  }

  private bucketMs(): number {
    const { lastMs = Number.POSITIVE_INFINITY, pixels } = this.range
    return Number.isFinite(lastMs) ? lastMs / pixels : 0
  }

  /** Where the frames of the request under way go. */
  private get newest(): DetailCopy {
    return this.coming ?? this.copy
  }

  /** Takes a frame of the request under way. */
  receive(frame: Frame): void {
    const { newest: copy, line } = this
    const { lastMs } = this.range
    const moved = this.align()
    copy.keepFrom = lastMs === undefined ? Number.NEGATIVE_INFINITY : line.clock.now() - lastMs
    const change = copy.apply(frame, line.time)
    if (change.refused !== null) {
      this.store.setState({ status: 'gone', facts: { refused: change.refused } })
      this.request = null
    }
    const swapped = this.coming !== null && change.caughtUp
    if (swapped) {
      this.copy = copy
      this.coming = null
    }
    const shown = this.coming === null
    const told = change.facts || change.tracks || change.events || change.caughtUp
    if (change.refused === null && (moved || (shown && told))) this.tell()
    if (moved || swapped || (shown && change.points)) this.callListeners()
  }

  private get copies(): readonly DetailCopy[] {
    return this.coming === null ? [this.copy] : [this.copy, this.coming]
  }

  /**
   * Moves what is here when the clocks are known better; says whether it did.
   *
   * @remarks The first frames come to a page that is busy with itself, each later than the next: what they brought would
   * lie seconds apart from each other.
   */
  private align(): boolean {
    const { offsetMs } = this.line.time
    const before = this.mappedBy ?? offsetMs
    const moves = before - offsetMs >= WORTH_MOVING_MS
    if (moves) for (const copy of this.copies) copy.shift(offsetMs - before)
    if (moves || this.mappedBy === null) this.mappedBy = offsetMs
    return moves
  }

  /** Events of this domain, with moments of the page's clock. */
  addEvents(events: readonly EventFact[]): void {
    if (this.request === null) return
    const moved = this.align()
    const own = events.filter(({ uuid }) => uuid === this.uuid)
    if (own.length === 0 && !moved) return
    for (const copy of this.copies) copy.addEvents(own)
    this.tell()
    if (moved) this.callListeners()
  }

  private tell(): void {
    this.store.setState({ ...stateOf(this.copy), wallOffsetMs: this.line.time.wallOffsetMs })
  }

  /** A listener that fails says nothing about the frame: its error goes where uncaught ones go. */
  private callListeners(): void {
    for (const listener of [...this.listeners]) {
      try {
        listener()
      } catch (error) {
        reportError(error)
      }
    }
  }
}

function age(ms: number): number {
  return Math.max(1, Math.min(MAX_AGE_MS, Math.round(ms)))
}

function uuidBytes(uuid: string): Uint8Array {
  const hex = uuid.replaceAll('-', '')
  return Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16))
}
