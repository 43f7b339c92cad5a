import { writeClock } from '../../../lib/sync/detail/detail-encode.ts'
import { DETAIL_WINDOW_BYTES, DETAIL_WINDOW_FRAMES } from '../../../lib/sync/detail/detail-protocol.ts'
import { beginFrame, endFrame, writeJson } from '../../../lib/sync/grid/encode.ts'
import type { DetailOpen } from '../../../lib/sync/messages/detail-messages.ts'
import { FrameType, SectionType } from '../../../lib/sync/wire/protocol.ts'
import { badMessage } from '../../../lib/sync/wire/sync-error.ts'
import type { EventFeed } from '../event-feed.ts'
import { SendWindow } from '../send-window.ts'
import type { DetailSources } from './detail-session.ts'
import { DetailSession } from './detail-session.ts'

/** What the desks of all clients share. */
export interface DetailContext extends DetailSources {
  /** Null when nothing tells of events. */
  readonly feed: EventFeed | null
  readonly detailsPerClient: number
  readonly details: number
}

/** One client's open details and its events, with a window of their own. */
export class DetailDesk {
  private readonly context: DetailContext
  private readonly send: (frame: Buffer) => void
  private readonly window = new SendWindow(DETAIL_WINDOW_FRAMES, DETAIL_WINDOW_BYTES)
  private readonly sessions = new Map<number, DetailSession>()
  /** Number of the next event to send; null until the client asks for events. */
  private nextEvent: number | null = null
  private firstEvents = true

  constructor(context: DetailContext, send: (frame: Buffer) => void) {
    this.context = context
    this.send = send
  }

  /** Details open. */
  get size(): number {
    return this.sessions.size
  }

  /** How long the server has waited for an acknowledgement. */
  waitedMs(now: number): number {
    return this.window.waitedMs(now)
  }

  /** Frames acknowledged so far: acknowledgements of more cost no token. */
  get ackedFrames(): number {
    return this.window.ackedFrames
  }

  open(message: DetailOpen): void {
    const { board, detailsPerClient, details } = this.context
    if (this.sessions.has(message.request)) throw badMessage('DETAIL_OPEN repeats a request that is open')
    if (this.sessions.size >= detailsPerClient || board.details >= details) {
      this.refuse(message.request)
      return
    }
    const session = new DetailSession(this.context, message)
    this.sessions.set(message.request, session)
    board.details++
    session.start()
  }

  private refuse(request: number): void {
    const { writer, fleet, clock } = this.context
    beginFrame(writer, FrameType.Detail, 0, fleet.offset, request)
    writeClock(writer, clock.now(), clock.wall())
    const message = 'Too many domains are open on this server or in this page. Close some and try again.'
    writeJson(writer, SectionType.Message, 0, { code: 'DETAIL_LIMIT', message })
    endFrame(writer)
    this.sendCounted(Buffer.from(writer.written()))
  }

  closeDetail(request: number): void {
    const session = this.sessions.get(request)
    if (session === undefined) return
    session.close()
    this.sessions.delete(request)
    this.context.board.details--
  }

  /** The client wants events from now on. */
  startEvents(): void {
    this.nextEvent ??= this.context.feed?.start ?? null
  }

  /** False when it cannot be true. */
  acknowledge(frames: number): boolean {
    return this.window.acknowledge(frames, 0, this.context.clock.now())
  }

  /** A commit may have moved domains. */
  committed(): void {
    for (const session of this.sessions.values()) session.follow()
  }

  /**
   * Sends what the window allows, one frame of each detail in turn.
   *
   * @param paused - Only what a detail that was just opened begins with.
   */
  pump(paused: boolean): void {
    let sent = this.window.isOpen
    while (sent && this.window.isOpen) {
      sent = !paused && this.sendEvents()
      for (const session of this.sessions.values()) {
        if (!this.window.isOpen) return
        if (paused && !session.isOpening) continue
        const frame = session.frame(this.context.fleet.offset)
        if (frame === null) continue
        this.sendCounted(frame)
        sent = true
      }
    }
  }

  private sendEvents(): boolean {
    const { feed, fleet } = this.context
    if (feed === null || this.nextEvent === null) return false
    if (this.nextEvent >= feed.next && !this.firstEvents) return false
    const { frame, next } = feed.frame(this.nextEvent, this.firstEvents, fleet.offset)
    this.nextEvent = next
    this.firstEvents = false
    this.sendCounted(frame)
    return true
  }

  private sendCounted(frame: Buffer): void {
    this.window.sent(frame.length, 0, this.context.clock.now())
    this.send(frame)
  }

  /** The client is gone. */
  close(): void {
    for (const request of [...this.sessions.keys()]) this.closeDetail(request)
  }
}
