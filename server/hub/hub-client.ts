import { assertNever, findDomscopeError } from '../../lib/errors/domscope-error.ts'
import type { ClientMessage, WantedColumns } from '../../lib/sync/messages/client-messages.ts'
import { decodeMessage } from '../../lib/sync/messages/client-messages.ts'
import { NO_VIEW, type ViewRequest } from '../../lib/sync/messages/view-request.ts'
import {
  AUDIT_EVERY,
  CloseCode,
  HEARTBEAT_ADVANCE,
  MessageType,
  ResyncCause,
  SNAPSHOT_REASON_NAMES,
  SnapshotReason,
} from '../../lib/sync/wire/protocol.ts'
import { badMessage } from '../../lib/sync/wire/sync-error.ts'
import { DetailDesk } from './detail/detail-desk.ts'
import type { ColumnSet } from './grid/column-set.ts'
import { resumeReason } from './grid/resume-reason.ts'
import { SnapshotRun } from './grid/snapshot-run.ts'
import { Subscription } from './grid/subscription.ts'
import type { ClientSocket, HubContext } from './hub-context.ts'
import { SendWindow } from './send-window.ts'
import { TokenBucket } from './token-bucket.ts'

type DetailMessage = Extract<
  ClientMessage,
  {
    readonly type:
      | typeof MessageType.DetailOpen
      | typeof MessageType.DetailClose
      | typeof MessageType.DetailAck
      | typeof MessageType.Events
  }
>

/** A heartbeat is due when nothing went out for this long; commits come at least once a second. */
const QUIET_MS = 900

/**
 * One client's side of the protocol: what it has, what it wants, what is under way to it.
 *
 * @remarks Holds no copy of anything: what a client misses is read from the tables when its window opens, so a slow
 * client costs the same memory as a fast one.
 */
export class HubClient {
  private readonly context: HubContext
  private readonly socket: ClientSocket
  private readonly window: SendWindow
  private readonly messages: TokenBucket
  private readonly connectedAt: number
  private phase: 'opening' | 'open' | 'closed' = 'opening'
  /** Empty until OPEN. */
  private subscription: Subscription
  private base = 0
  private snapshot: SnapshotRun | null = null
  /** A snapshot to start at the next chance, and why. */
  private snapshotDue: SnapshotReason | null = null
  private paused = false
  private lastSentAt: number
  /** Open details and events; null where there is nothing to make them of. */
  private readonly desk: DetailDesk | null

  constructor(context: HubContext, socket: ClientSocket) {
    this.context = context
    this.socket = socket
    const now = context.clock.now()
    this.connectedAt = now
    this.lastSentAt = now
    this.window = new SendWindow(context.limits.windowFrames, context.limits.windowBytes)
    this.messages = new TokenBucket(context.limits.messagesPerSecond, context.limits.messageBurst, now)
    this.subscription = new Subscription(context.source, { domains: [], hosts: [] }, NO_VIEW)
    this.desk = context.details === null ? null : new DetailDesk(context.details, (frame) => this.send(frame))
  }

  /** Commits that this client is behind what was last acknowledged. */
  get lag(): number {
    return this.phase === 'open' ? this.context.fleet.offset - this.window.ackedOffset : 0
  }

  get isPaused(): boolean {
    return this.paused
  }

  get set(): ColumnSet {
    return this.subscription.set
  }

  /** Takes a message of the client. Throws nothing: what is wrong closes this connection and no other. */
  receive(bytes: Uint8Array): void {
    if (this.phase === 'closed') return
    try {
      this.take(decodeMessage(bytes))
    } catch (error) {
      this.fail(error)
    }
  }

  /** Sends what a commit brought. Throws nothing. */
  committed(newEpoch: boolean): void {
    try {
      if (newEpoch) this.newEpoch()
      this.pump(true)
      this.desk?.committed()
      this.pumpDetails()
    } catch (error) {
      this.fail(error)
    }
  }

  /** Events have waited long enough. Throws nothing. */
  eventsReady(): void {
    try {
      this.pumpDetails()
    } catch (error) {
      this.fail(error)
    }
  }

  private fail(error: unknown): void {
    const { counters, log } = this.context
    if (findDomscopeError(error)?.radius === 'client') {
      counters.badMessages++
      this.close(CloseCode.Protocol, 'malformed or unexpected message')
      return
    }
    log.error('client_failed', { error })
    this.close(CloseCode.Resync, 'the server failed to make a frame')
  }

  private take(message: ClientMessage): void {
    // Acknowledgements of new frames limit themselves: there cannot be more of them than frames.
    const free =
      (message.type === MessageType.Ack && message.frames > this.window.ackedFrames) ||
      (message.type === MessageType.DetailAck && message.frames > (this.desk?.ackedFrames ?? 0))
    if (!free && !this.messages.take(this.context.clock.now())) {
      this.context.counters.rateLimited++
      this.close(CloseCode.Limit, 'too many messages')
      return
    }
    if ((this.phase === 'opening') !== (message.type === MessageType.Open))
      throw badMessage('OPEN comes first, and once')
    switch (message.type) {
      case MessageType.Open:
        this.open(message)
        break
      case MessageType.Subscribe:
        this.subscribe(message.columns, message.view)
        break
      case MessageType.Ack:
        this.acknowledge(message.frames, message.offset)
        break
      case MessageType.Pause:
        this.paused = true
        break
      case MessageType.Resume:
        this.paused = false
        this.pump(false)
        this.pumpDetails()
        break
      case MessageType.DetailOpen:
      case MessageType.DetailClose:
      case MessageType.DetailAck:
      case MessageType.Events:
        this.takeDetail(message)
        break
      default:
        assertNever(message, 'client message')
    }
  }

  private takeDetail(message: DetailMessage): void {
    const { desk } = this
    if (message.type === MessageType.DetailOpen) desk?.open(message)
    else if (message.type === MessageType.DetailClose) desk?.closeDetail(message.request)
    else if (message.type === MessageType.Events) desk?.startEvents()
    else if (desk === null || !desk.acknowledge(message.frames)) {
      this.close(CloseCode.Resync, 'acknowledges what was not sent')
      return
    }
    this.pumpDetails()
  }

  /** After the TICK of the same commit, in their own window. */
  private pumpDetails(): void {
    if (this.phase === 'open' && this.context.fleet.offset !== 0) this.desk?.pump(this.paused)
  }

  private open(message: ClientMessage & { type: typeof MessageType.Open }): void {
    const { fleet, counters, source } = this.context
    this.phase = 'open'
    this.subscription = new Subscription(source, message.columns, message.view)
    const reason = resumeReason(message, fleet)
    if (message.cause !== ResyncCause.None) counters.resyncs[message.cause]!++
    if (reason === null) {
      counters.deltas++
      this.base = message.resume?.offset ?? 0
      this.window.ackedOffset = this.base
      this.subscription.fetchNotHeld()
    } else this.snapshotDue = reason
    this.sendHello(reason)
    this.noticeUnknown()
    this.pump(false)
  }

  private sendHello(reason: SnapshotReason | null): void {
    const { source, build, limits } = this.context
    const { messageBytes, messagesPerSecond, messageBurst, windowFrames, windowBytes, ackTimeoutMs } = limits
    const { detailsPerClient } = limits
    const window = { windowFrames, windowBytes, ackTimeoutMs }
    const told = { messageBytes, messagesPerSecond, messageBurst, ...window, detailsPerClient }
    this.send(source.hello(build, reason === null ? 'delta' : SNAPSHOT_REASON_NAMES[reason], told))
  }

  private noticeUnknown(): void {
    const { unknown } = this.subscription
    if (unknown <= 0) return
    // The ids are the client's bytes; they are counted, never sent back.
    const message = `${unknown} of the columns asked for do not exist on this server.`
    this.send(this.context.source.notice('UNKNOWN_COLUMNS', message))
  }

  private subscribe(columns: WantedColumns, view: ViewRequest): void {
    this.subscription.change(columns, view)
    this.noticeUnknown()
    this.pump(false)
  }

  private acknowledge(frames: number, offset: number): void {
    // Well formed, but of another stream than the one that was sent: the two sides are no longer in step.
    if (this.window.acknowledge(frames, offset, this.context.clock.now())) this.pump(false)
    else this.close(CloseCode.Resync, 'acknowledges what was not sent')
  }

  /** The store began a new life: everything starts over on the same socket. */
  private newEpoch(): void {
    if (this.phase !== 'open') return
    this.subscription.restart()
    this.base = 0
    this.snapshot = null
    this.snapshotDue = SnapshotReason.Epoch
    this.sendHello(SnapshotReason.Epoch)
  }

  /** Sends what the window allows. `atCommit`: the tables stand exactly at the fleet's offset. */
  private pump(atCommit: boolean): void {
    const { fleet, clock } = this.context
    // Before the first commit there is nothing that an offset could name.
    if (this.phase !== 'open' || fleet.offset === 0) return
    while (!this.paused && this.window.isOpen && this.sendNext(atCommit)) {}
    if (atCommit && clock.now() - this.lastSentAt >= QUIET_MS) {
      this.context.counters.heartbeats++
      this.send(this.context.source.heartbeat(0, this.base))
    }
  }

  /** Sends one frame; false when the client has everything. */
  private sendNext(atCommit: boolean): boolean {
    const { offset } = this.context.fleet
    if (this.snapshotDue !== null) this.startSnapshot(this.snapshotDue)
    if (this.snapshot !== null) {
      this.sendPart(this.snapshot)
      return true
    }
    const { schemaGrew } = this.subscription
    if (schemaGrew) this.subscription.change()
    if (this.base === offset && this.subscription.whole.size === 0 && !schemaGrew) return false
    this.sendDelta(atCommit)
    return true
  }

  private startSnapshot(reason: SnapshotReason): void {
    const { fleet, counters, source } = this.context
    const { set, whole, view } = this.subscription
    counters.snapshots[reason]!++
    this.snapshotDue = null
    whole.clear()
    this.snapshot = new SnapshotRun(set, fleet.offset, reason, source.firstRows.pick(view))
  }

  private sendPart(run: SnapshotRun): void {
    const frame = run.next(this.context.source)
    if (run.done) {
      this.base = run.start
      this.snapshot = null
    }
    this.sendCounted(frame, run.start)
  }

  private sendDelta(atCommit: boolean): void {
    const { fleet, source, counters } = this.context
    const audit = atCommit && fleet.offset % AUDIT_EVERY === 0
    const { base } = this
    const { set, whole, schema } = this.subscription
    const delta = source.delta({ set, base, whole, schema, audit })
    if (delta.kind === 'snapshot') {
      this.snapshotDue = SnapshotReason.Tombstones
      return
    }
    this.subscription.settle()
    this.base = fleet.offset
    if (delta.kind === 'frame') {
      this.sendCounted(delta.frame, fleet.offset)
      return
    }
    counters.heartbeats++
    if (this.window.isIdle) this.window.ackedOffset = fleet.offset
    this.send(source.heartbeat(HEARTBEAT_ADVANCE, base))
  }

  private sendCounted(frame: Buffer, offset: number): void {
    this.window.sent(frame.length, offset, this.context.clock.now())
    this.send(frame)
  }

  private send(frame: Buffer): void {
    const { counters, clock } = this.context
    counters.frames++
    counters.bytes += frame.length
    this.lastSentAt = clock.now()
    this.socket.send(frame)
  }

  /** Closes a client that took too long. */
  checkTime(): void {
    const { limits, clock } = this.context
    const now = clock.now()
    if (this.phase === 'opening' && now - this.connectedAt > limits.openTimeoutMs) {
      this.close(CloseCode.Slow, 'no OPEN in time')
    } else if (this.phase === 'open' && this.waitedMs(now) > limits.ackTimeoutMs) {
      this.close(CloseCode.Slow, 'no acknowledgement in time')
    }
  }

  private waitedMs(now: number): number {
    return Math.max(this.window.waitedMs(now), this.desk?.waitedMs(now) ?? 0)
  }

  /** Says goodbye before a restart. */
  restart(retryAfterMs: number): void {
    if (this.phase === 'closed') return
    if (this.phase === 'open') {
      this.send(this.context.source.notice('RESTARTING', 'The server is restarting; this page reconnects by itself.'))
    }
    this.close(CloseCode.Restart, `retryAfterMs=${retryAfterMs}`)
  }

  close(code: CloseCode, reason: string): void {
    if (this.phase === 'closed') return
    this.phase = 'closed'
    this.desk?.close()
    this.context.counters.closed(code)
    this.socket.close(code, reason)
  }

  /** The socket is gone. */
  gone(): void {
    this.phase = 'closed'
    this.desk?.close()
  }
}
