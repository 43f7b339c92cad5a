import type { StoreApi } from 'zustand/vanilla'
import { createStore } from 'zustand/vanilla'
import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import type { Received } from '../../lib/sync/grid/replica.ts'
import { Replica } from '../../lib/sync/grid/replica.ts'
import { encodeMessage } from '../../lib/sync/messages/client-messages.ts'
import type { Hello } from '../../lib/sync/messages/hello.ts'
import type { ViewRequest } from '../../lib/sync/messages/view-request.ts'
import { MessageType, ResyncCause } from '../../lib/sync/wire/protocol.ts'
import type { CreateSocket } from './browser-socket.ts'
import { browserSocket } from './browser-socket.ts'
import { DetailConnection } from './detail-connection.ts'
import type { FeedClock } from './feed-clock.ts'
import { browserClock } from './feed-clock.ts'
import { FeedLink } from './feed-link.ts'
import type { DetailRange, DetailView } from './live-detail.ts'
import type { Feed, FeedState, LiveEvent, LiveFleet } from './live-fleet.ts'

export interface FeedOptions {
  /** Address of the stream; a function when it is not known before the page runs. */
  readonly url: string | (() => string)
  /** Build of this page, to notice a server of another one. */
  readonly build?: string
  readonly createSocket?: CreateSocket
  readonly clock?: FeedClock
  readonly random?: () => number
}

const START: FeedState = {
  status: 'connecting',
  detail: null,
  attempt: 0,
  retryAt: null,
  lastFrameAt: null,
  offset: 0,
  serverOffset: 0,
  rosterOffset: 0,
  build: null,
  buildChanged: false,
  simulated: false,
  ready: false,
  domainsToCome: null,
  snapshots: 0,
  paused: false,
  detailLimit: 16,
  auditMismatches: 0,
  notice: null,
}

/**
 * Makes a feed: this tab's copy of the fleet and the connection that keeps it.
 *
 * @remarks Nothing is opened before {@link Feed.open}, so a feed can be made while rendering.
 */
export function createFeed(options: FeedOptions): Feed {
  return new LiveFeed(options)
}

class LiveFeed implements Feed {
  readonly store: StoreApi<FeedState> = createStore<FeedState>(() => START)
  readonly fleet: LiveFleet
  private readonly replica = new Replica()
  private readonly link: FeedLink
  private readonly details: DetailConnection
  private readonly clock: FeedClock
  private readonly build: string | null
  private readonly listeners = new Set<(offset: number) => void>()
  private connected = false
  private hidden = false

  constructor(options: FeedOptions) {
    const { url, createSocket = browserSocket, clock = browserClock, random = Math.random } = options
    this.clock = clock
    this.build = options.build ?? null
    const { replica } = this
    this.details = new DetailConnection(clock, (message) => this.link.send(message))
    this.fleet = {
      domains: replica.domains,
      hosts: replica.hosts,
      get offset() {
        return replica.revision
      },
      freshness: replica.freshness,
      exceptions: replica.exceptions,
    }
    this.link = new FeedLink(
      { url: typeof url === 'string' ? () => url : url, createSocket, clock, random },
      {
        connecting: (attempt) => this.disconnected({ status: 'connecting', attempt, retryAt: null }),
        opened: () => this.greet(),
        received: (frame) => this.receive(frame),
        outOfStep: () => replica.distrust(ResyncCause.Gap),
        waiting: (retryAt, attempt, detail) => this.disconnected({ status: 'waiting', retryAt, attempt, detail }),
        refused: (detail) => this.disconnected({ status: 'refused', retryAt: null, detail }),
      },
    )
  }

  open(): void {
    this.link.open()
  }

  close(): void {
    this.link.close()
    this.disconnected({ status: 'connecting', attempt: 0, retryAt: null, detail: null })
  }

  setColumns(domainColumns: readonly string[], hostColumns: readonly string[]): void {
    if (!this.replica.want(domainColumns, hostColumns)) return
    if (this.connected) this.link.send(this.replica.subscribeMessage())
    this.changed({})
  }

  setView(read: () => ViewRequest): void {
    this.replica.view = read
  }

  openDetail(host: string, uuid: string, range: DetailRange): DetailView {
    return this.details.openDetail(host, uuid, range)
  }

  get events(): readonly LiveEvent[] {
    return this.details.events
  }

  onEvents(listener: () => void): () => void {
    return this.details.onEvents(listener)
  }

  onFrame(listener: (offset: number) => void): () => void {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  pause(): void {
    this.setQuiet(true, this.hidden)
  }

  resume(): void {
    this.setQuiet(false, this.hidden)
  }

  setHidden(hidden: boolean): void {
    this.setQuiet(this.store.getState().paused, hidden)
  }

  /** The stream rests while the user paused it or nobody can see the page. */
  private setQuiet(paused: boolean, hidden: boolean): void {
    const before = this.quiet
    this.hidden = hidden
    this.store.setState({ paused })
    if (this.quiet !== before && this.connected) this.sendQuiet()
  }

  private get quiet(): boolean {
    return this.hidden || this.store.getState().paused
  }

  private sendQuiet(): void {
    this.link.send(encodeMessage({ type: this.quiet ? MessageType.Pause : MessageType.Resume }))
  }

  private disconnected(state: Partial<FeedState>): void {
    this.connected = false
    this.details.disconnected()
    this.store.setState(state)
  }

  private greet(): void {
    this.connected = true
    this.link.send(this.replica.openMessage())
    // A page that cannot be seen still takes its first snapshot when it has none: it may be shown any moment.
    if (this.quiet && this.replica.offset !== 0) this.sendQuiet()
  }

  private receive(frame: Uint8Array | null): void {
    const now = this.clock.now()
    const before = this.replica.ready
    let received: Received
    try {
      if (frame === null) throw new TypeError('a frame is not binary')
      if (DetailConnection.takes(frame)) {
        this.details.receive(frame)
        this.store.setState({ lastFrameAt: now })
        return
      }
      received = this.replica.receive(frame, now)
    } catch (error) {
      this.resync(error)
      return
    }
    this.tell(received, now)
    // The snapshot is complete: what was asked for while it came can rest now.
    if (this.quiet && !before && this.replica.ready && this.connected) this.sendQuiet()
  }

  private tell(received: Received, now: number): void {
    switch (received.kind) {
      case 'hello':
        this.changed({ ...this.greeting(received.hello), lastFrameAt: now })
        this.details.greeted(received.hello.epoch)
        break
      case 'applied':
        this.link.send(received.ack)
        this.changed({ lastFrameAt: now })
        this.callListeners()
        break
      case 'notice':
        this.store.setState({ notice: received.message, lastFrameAt: now })
        break
      case 'heartbeat':
        this.changed({ lastFrameAt: now })
        break
      case 'ignored':
        this.store.setState({ lastFrameAt: now })
        break
    }
  }

  /** A listener that fails says nothing about the frame: its error goes where uncaught ones go, the others are called. */
  private callListeners(): void {
    for (const listener of this.listeners) {
      try {
        listener(this.replica.revision)
      } catch (error) {
        reportError(error)
      }
    }
  }

  private greeting(hello: Hello): Partial<FeedState> {
    const { build, simulated, limits } = hello
    const detailLimit = limits.detailsPerClient ?? START.detailLimit
    const known = this.build ?? this.store.getState().build
    const buildChanged = this.store.getState().buildChanged || (known !== null && known !== build)
    return { status: 'live', detail: null, retryAt: null, notice: null, build, simulated, buildChanged, detailLimit }
  }

  /** Copies the small facts about the tables into the store. */
  private changed(state: Partial<FeedState>): void {
    const { replica } = this
    this.store.setState({
      offset: replica.revision,
      serverOffset: replica.serverOffset,
      rosterOffset: replica.rosterRevision,
      ready: replica.ready,
      domainsToCome: replica.domainsToCome,
      snapshots: replica.snapshots,
      auditMismatches: replica.auditMismatches,
      ...state,
    })
  }

  /** The copy cannot be trusted any more: the next connection fetches it anew. The last values stay visible. */
  private resync(error: unknown): void {
    const why = findDomscopeError(error)?.message ?? 'the server sent something that is no frame'
    this.link.restart(why)
    this.changed({})
  }
}
