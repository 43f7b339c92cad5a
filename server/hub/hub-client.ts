import type { CodeColumn } from '../../lib/columns/code-column.ts'
import { assertNever } from '../../lib/errors/domscope-error.ts'
import type { ClientMessage, WantedColumns } from '../../lib/sync/client-messages.ts'
import { decodeMessage } from '../../lib/sync/client-messages.ts'
import {
  AUDIT_EVERY,
  CloseCode,
  HEARTBEAT_ADVANCE,
  MessageType,
  ResyncCause,
  SNAPSHOT_REASON_NAMES,
  SnapshotReason,
  TableCode,
} from '../../lib/sync/protocol.ts'
import type { SnapshotCursor } from '../../lib/sync/snapshot.ts'
import { SNAPSHOT_START } from '../../lib/sync/snapshot.ts'
import { badMessage } from '../../lib/sync/sync-error.ts'
import type { Clock } from '../clock.ts'
import type { FleetReader } from '../fleet/fleet-reader.ts'
import type { ColumnSet } from './column-set.ts'
import { columnsOf } from './column-set.ts'
import type { FrameSource, SchemaMark } from './frame-source.ts'
import type { HubCounters } from './hub-counters.ts'
import type { HubLimits } from './limits.ts'
import { SendWindow } from './send-window.ts'
import { TokenBucket } from './token-bucket.ts'

/** A heartbeat is due when nothing went out for this long; commits come at least once a second. */
const QUIET_MS = 900

/** The socket as the protocol needs it. */
export interface ClientSocket {
  send(frame: Buffer): void
  close(code: number, reason: string): void
}

/** What all clients of a hub share. */
export interface HubContext {
  readonly fleet: FleetReader
  readonly source: FrameSource
  readonly clock: Clock
  readonly limits: HubLimits
  readonly build: string
  readonly counters: HubCounters
}

interface SnapshotProgress {
  readonly set: ColumnSet
  readonly start: number
  readonly reason: SnapshotReason
  cursor: SnapshotCursor
  part: number
}

const NO_COLUMNS: WantedColumns = { domains: [], hosts: [] }

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
  private wanted: WantedColumns = NO_COLUMNS
  private columns: ColumnSet | null = null
  private readonly whole = new Set<CodeColumn>()
  private schema: SchemaMark
  private base = 0
  private snapshot: SnapshotProgress | null = null
  /** A snapshot to start at the next chance, and why. */
  private snapshotDue: SnapshotReason | null = null
  private paused = false
  private lastSentAt: number

  constructor(context: HubContext, socket: ClientSocket) {
    this.context = context
    this.socket = socket
    const now = context.clock.now()
    this.connectedAt = now
    this.lastSentAt = now
    this.window = new SendWindow(context.limits.windowFrames, context.limits.windowBytes)
    this.messages = new TokenBucket(context.limits.messagesPerSecond, context.limits.messageBurst, now)
    this.schema = context.source.schemaMark()
  }

  /** Commits that this client is behind what was last acknowledged. */
  get lag(): number {
    return this.phase === 'open' ? this.context.fleet.offset - this.window.ackedOffset : 0
  }

  get isPaused(): boolean {
    return this.paused
  }

  get set(): ColumnSet | null {
    return this.columns
  }

  /** Takes a message of the client. Throws nothing: what is wrong closes the connection. */
  receive(bytes: Uint8Array): void {
    if (this.phase === 'closed') return
    try {
      this.take(decodeMessage(bytes))
    } catch {
      this.context.counters.badMessages++
      this.close(CloseCode.Protocol, 'malformed or unexpected message')
    }
  }

  private take(message: ClientMessage): void {
    // Acknowledgements of new frames limit themselves: there cannot be more of them than frames.
    const free = message.type === MessageType.Ack && message.frames > this.window.ackedFrames
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
        this.subscribe(message.columns)
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
        break
      default:
        assertNever(message, 'client message')
    }
  }

  private open(message: ClientMessage & { type: typeof MessageType.Open }): void {
    const { fleet, counters, source } = this.context
    this.phase = 'open'
    this.wanted = message.columns
    this.columns = source.columnSet(message.columns)
    this.schema = source.schemaMark()
    const reason = resumeReason(message, fleet)
    if (message.cause !== ResyncCause.None) counters.resyncs[message.cause]!++
    if (reason === null) {
      counters.deltas++
      this.base = message.resume?.offset ?? 0
      this.window.ackedOffset = this.base
      this.fetchNotHeld(message.columns)
    } else this.snapshotDue = reason
    this.sendHello(reason)
    this.noticeUnknown(message.columns)
    this.pump(false)
  }

  /** After a resume: columns that the client does not hold have to come whole. */
  private fetchNotHeld(wanted: WantedColumns): void {
    for (const { code, columns } of this.columns?.tables ?? []) {
      const entries = code === TableCode.Hosts ? wanted.hosts : wanted.domains
      for (const column of columns) {
        if (!entries.some((entry) => entry.id === column.id && entry.held)) this.whole.add(column)
      }
    }
  }

  private sendHello(reason: SnapshotReason | null): void {
    const { source, build, limits } = this.context
    const { messageBytes, messagesPerSecond, messageBurst, windowFrames, windowBytes, ackTimeoutMs } = limits
    const told = { messageBytes, messagesPerSecond, messageBurst, windowFrames, windowBytes, ackTimeoutMs }
    this.send(source.hello(build, reason === null ? 'delta' : SNAPSHOT_REASON_NAMES[reason], told))
  }

  private noticeUnknown(columns: WantedColumns): void {
    const { source } = this.context
    const unknown = columns.domains.length + columns.hosts.length - columnsOf(this.columns!).length
    if (unknown <= 0) return
    // The ids are the client's bytes; they are counted, never sent back.
    this.send(source.notice('UNKNOWN_COLUMNS', `${unknown} of the columns asked for do not exist on this server.`))
  }

  private subscribe(columns: WantedColumns): void {
    this.wanted = columns
    this.resolveColumns()
    this.noticeUnknown(columns)
    this.pump(false)
  }

  /** Looks the wanted columns up again; those that are new come whole. */
  private resolveColumns(): void {
    const before = new Set(this.columns === null ? [] : columnsOf(this.columns))
    this.columns = this.context.source.columnSet(this.wanted)
    const now = new Set(columnsOf(this.columns))
    for (const column of now) if (!before.has(column)) this.whole.add(column)
    for (const column of this.whole) if (!now.has(column)) this.whole.delete(column)
  }

  private acknowledge(frames: number, offset: number): void {
    // Well formed, but of another stream than the one that was sent: the two sides are no longer in step.
    if (this.window.acknowledge(frames, offset, this.context.clock.now())) this.pump(false)
    else this.close(CloseCode.Resync, 'acknowledges what was not sent')
  }

  /** The store began a new life: everything starts over on the same socket. */
  newEpoch(): void {
    if (this.phase !== 'open') return
    this.columns = this.context.source.columnSet(this.wanted)
    this.whole.clear()
    this.schema = this.context.source.schemaMark()
    this.base = 0
    this.snapshot = null
    this.snapshotDue = SnapshotReason.Epoch
    this.sendHello(SnapshotReason.Epoch)
  }

  /** Sends what the window allows. `atCommit`: the tables stand exactly at the fleet's offset. */
  pump(atCommit: boolean): void {
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
    const schemaGrew = this.schemaGrew()
    if (schemaGrew) this.resolveColumns()
    if (this.base === offset && this.whole.size === 0 && !schemaGrew) return false
    this.sendDelta(atCommit)
    return true
  }

  private schemaGrew(): boolean {
    const mark = this.context.source.schemaMark()
    const { domains, domainTexts, hosts, hostTexts } = this.schema
    return mark.domains > domains || mark.domainTexts > domainTexts || mark.hosts > hosts || mark.hostTexts > hostTexts
  }

  private startSnapshot(reason: SnapshotReason): void {
    const { fleet, counters } = this.context
    counters.snapshots[reason]!++
    this.snapshotDue = null
    this.whole.clear()
    this.snapshot = { set: this.columns!, start: fleet.offset, reason, cursor: SNAPSHOT_START, part: 0 }
  }

  private sendPart(progress: SnapshotProgress): void {
    const { source } = this.context
    const { frame, next } = source.part(progress.set, progress.cursor, progress.start, progress.part, progress.reason)
    if (next === null) {
      this.base = progress.start
      this.snapshot = null
    } else {
      progress.cursor = next
      progress.part++
    }
    this.sendCounted(frame, progress.start)
  }

  private sendDelta(atCommit: boolean): void {
    const { fleet, source, counters } = this.context
    const audit = atCommit && fleet.offset % AUDIT_EVERY === 0
    const { base, whole, schema } = this
    const delta = source.delta({ set: this.columns!, base, whole, schema, audit })
    if (delta.kind === 'snapshot') {
      this.snapshotDue = SnapshotReason.Tombstones
      return
    }
    this.whole.clear()
    this.schema = source.schemaMark()
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
    } else if (this.phase === 'open' && this.window.waitedMs(now) > limits.ackTimeoutMs) {
      this.close(CloseCode.Slow, 'no acknowledgement in time')
    }
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
    this.context.counters.closed(code)
    this.socket.close(code, reason)
  }

  /** The socket is gone. */
  gone(): void {
    this.phase = 'closed'
  }
}

/** Null when the client can go on from where it was; else why it needs a snapshot. */
function resumeReason(
  message: ClientMessage & { type: typeof MessageType.Open },
  fleet: FleetReader,
): SnapshotReason | null {
  if (message.cause !== ResyncCause.None) return SnapshotReason.Audit
  if (message.resume === null) return SnapshotReason.First
  const { epoch, offset } = message.resume
  const same = epoch.every((byte, i) => byte === fleet.epoch[i])
  return same && offset > 0 && offset <= fleet.offset ? null : SnapshotReason.Epoch
}
