import { writeClock } from '../../lib/sync/detail/detail-encode.ts'
import { EVENTS_FIRST, MAX_EVENTS_OF_FRAME } from '../../lib/sync/detail/detail-protocol.ts'
import { beginFrame, endFrame, writeJson } from '../../lib/sync/grid/encode.ts'
import { ByteWriter } from '../../lib/sync/wire/byte-writer.ts'
import { FrameType, SectionType } from '../../lib/sync/wire/protocol.ts'
import type { Clock } from '../clock.ts'
import type { EventReader, FleetEvent } from '../fleet/events/event-reader.ts'

/** Events wait so long for others to go with them, ms. */
const BATCH_MS = 100
/** Kept for clients that are behind. */
const KEPT_EVENTS = 500
/**
 * A frame is shared no longer than this, ms: it tells the clocks as of when it was made, and a client that takes it for new
 * puts its events later than they were by as much.
 */
const MAX_FRAME_AGE_MS = 100
/** Past ones that a client gets first. */
const FIRST_EVENTS = 100

/** An EVENT frame, and the number of the event after its last. */
export interface EventFrame {
  readonly frame: Buffer
  readonly next: number
}

interface SharedFrame extends EventFrame {
  readonly madeAt: number
}

/** The newest events, numbered, and frames of them that equal clients share. */
export class EventFeed {
  /** Number of the event to come. */
  next = 0
  private readonly clock: Clock
  private readonly kept: FleetEvent[] = []
  private readonly frames = new Map<string, SharedFrame>()
  private readonly writer = new ByteWriter()
  private readonly ready: () => void
  private readonly stopListening: () => void
  private cancelBatch: (() => void) | null = null

  /** `ready` is called when events have waited long enough. */
  constructor(events: EventReader, clock: Clock, ready: () => void) {
    this.clock = clock
    this.ready = ready
    for (const event of events.recent(FIRST_EVENTS)) this.keep(event)
    this.stopListening = events.onEvent((event) => {
      this.keep(event)
      this.cancelBatch ??= clock.after(BATCH_MS, () => {
        this.cancelBatch = null
        this.ready()
      })
    })
  }

  private keep(event: FleetEvent): void {
    this.kept.push(event)
    if (this.kept.length > KEPT_EVENTS) this.kept.shift()
    this.next++
    this.frames.clear()
  }

  /** Where a client begins that just asked for events. */
  get start(): number {
    return this.next - Math.min(FIRST_EVENTS, this.kept.length)
  }

  /**
   * A frame of the events from number `from` on, of which there must be one unless `first`.
   *
   * @param offset - Of the last commit.
   */
  frame(from: number, first: boolean, offset: number): EventFrame {
    const key = `${from} ${first}`
    const now = this.clock.now()
    const known = this.frames.get(key)
    if (known !== undefined && now - known.madeAt <= MAX_FRAME_AGE_MS) return known
    const oldest = this.next - this.kept.length
    const begin = Math.max(from, oldest)
    const end = Math.min(this.next, begin + MAX_EVENTS_OF_FRAME)
    const events = this.kept.slice(begin - oldest, end - oldest)
    const { writer, clock } = this
    beginFrame(writer, FrameType.Event, first ? EVENTS_FIRST : 0, offset, 0)
    writeClock(writer, now, clock.wall())
    writeJson(writer, SectionType.Events, 0, { events, dropped: begin - from })
    endFrame(writer)
    const made = { frame: Buffer.from(writer.written()), next: end, madeAt: now }
    this.frames.set(key, made)
    return made
  }

  close(): void {
    this.stopListening()
    this.cancelBatch?.()
  }
}
