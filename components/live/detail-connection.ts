import { local } from '../../lib/sync/detail/detail-copy.ts'
import { readClock } from '../../lib/sync/detail/detail-decode.ts'
import type { EventFact } from '../../lib/sync/detail/detail-json.ts'
import { parseEvents } from '../../lib/sync/detail/detail-json.ts'
import { EVENTS_FIRST } from '../../lib/sync/detail/detail-protocol.ts'
import { ServerTime } from '../../lib/sync/detail/server-time.ts'
import { readJsonText } from '../../lib/sync/grid/decode.ts'
import { encodeMessage } from '../../lib/sync/messages/client-messages.ts'
import type { Frame } from '../../lib/sync/wire/frame.ts'
import { parseFrame } from '../../lib/sync/wire/frame.ts'
import { FrameType, MessageType, SectionType } from '../../lib/sync/wire/protocol.ts'
import { DetailPace } from './detail-pace.ts'
import type { DetailLine } from './detail-view.ts'
import { LiveDetailView } from './detail-view.ts'
import type { FeedClock } from './feed-clock.ts'
import type { DetailFeed, DetailRange, DetailView } from './live-detail.ts'
import type { FleetEventFeed, LiveEvent } from './live-fleet.ts'

/** Events of the fleet that a page holds. */
const MAX_EVENTS = 500

/** The open domains and the events of a page, on the connection of its feed. */
export class DetailConnection implements DetailFeed, FleetEventFeed {
  /** The newest events of the fleet, newest last; another array after each change. */
  events: readonly LiveEvent[] = []
  private readonly send: (message: Uint8Array<ArrayBuffer>) => void
  private readonly line: DetailLine
  private readonly pace: DetailPace
  private readonly views = new Set<LiveDetailView>()
  private readonly listeners = new Set<() => void>()
  /** Requests to close. */
  private readonly closing = new Set<number>()
  private readonly time = new ServerTime()
  private epoch: string | null = null
  private connected = false
  private nextRequest = 1
  private framesTaken = 0

  constructor(clock: FeedClock, send: (message: Uint8Array<ArrayBuffer>) => void) {
    this.send = send
    this.pace = new DetailPace(clock, () => this.sendNext())
    const closed = (view: LiveDetailView) => this.viewClosed(view)
    this.line = { clock, time: this.time, wake: () => this.wake(), closed }
  }

  openDetail(host: string, uuid: string, range: DetailRange): DetailView {
    const view = new LiveDetailView(this.line, host, uuid, range)
    this.views.add(view)
    this.wake()
    return view
  }

  onEvents(listener: () => void): () => void {
    const own = () => listener()
    this.listeners.add(own)
    return () => {
      this.listeners.delete(own)
    }
  }

  /** The server greeted on this connection. */
  greeted(epoch: string): void {
    if (epoch !== this.epoch) this.time.restart()
    this.epoch = epoch
    if (this.connected) return
    this.connected = true
    this.framesTaken = 0
    this.nextRequest = 1
    this.send(encodeMessage({ type: MessageType.Events }))
    this.wake()
  }

  disconnected(): void {
    if (!this.connected) return
    this.connected = false
    this.pace.stop()
    this.closing.clear()
    for (const view of this.views) view.disconnected()
  }

  private viewClosed(view: LiveDetailView): void {
    this.views.delete(view)
    if (view.request !== null) this.closing.add(view.request)
    view.request = null
    this.wake()
  }

  private wake(): void {
    if (this.connected) this.pace.wake()
  }

  /** Sends the most urgent message; false when there is none. Closing comes first: it makes room. */
  private sendNext(): boolean {
    if (!this.connected) return false
    for (const view of this.views) {
      if (!view.due || view.request === null) continue
      this.closing.add(view.request)
      view.request = null
    }
    for (const request of this.closing) {
      this.closing.delete(request)
      this.send(encodeMessage({ type: MessageType.DetailClose, request }))
      return true
    }
    for (const view of this.views) {
      if (!view.due) continue
      this.send(encodeMessage(view.message(this.nextRequest++)))
      return true
    }
    return false
  }

  /** Whether a frame is for this part of the connection. */
  static takes(bytes: Uint8Array): boolean {
    return bytes[0] === FrameType.Detail || bytes[0] === FrameType.Event
  }

  /** Takes a DETAIL or EVENT frame. @throws {@link DomscopeError} `SYNC_MALFORMED_FRAME` */
  receive(bytes: Uint8Array): void {
    const frame = parseFrame(bytes)
    this.time.note(readClock(frame), this.line.clock.now())
    if (frame.type === FrameType.Event) this.takeEvents(frame)
    else for (const view of this.views) if (view.request === frame.base) view.receive(frame)
    this.framesTaken++
    this.send(encodeMessage({ type: MessageType.DetailAck, frames: this.framesTaken }))
  }

  private takeEvents(frame: Frame): void {
    const events: EventFact[] = []
    for (const section of frame.sections) {
      if (section.type !== SectionType.Events) continue
      for (const event of parseEvents(readJsonText(frame, section)).events) {
        events.push(local(event, (serverTime) => this.time.toLocal(serverTime)))
      }
    }
    const before = (frame.flags & EVENTS_FIRST) === 0 ? this.events : []
    this.events = [...before, ...events].slice(-MAX_EVENTS)
    for (const view of this.views) view.addEvents(events)
    for (const listener of [...this.listeners]) {
      try {
        listener()
      } catch (error) {
        reportError(error)
      }
    }
  }
}
