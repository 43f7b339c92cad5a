import type { CodeColumn } from '../../columns/code-column.ts'
import { DomscopeError } from '../../errors/domscope-error.ts'
import { encodeMessage } from '../messages/client-messages.ts'
import type { Hello } from '../messages/hello.ts'
import { epochBytes, parseHello, parseObject, parseTableSchema } from '../messages/hello.ts'
import { readMessage, readNotice } from '../messages/message-section.ts'
import { NO_VIEW, type ViewRequest } from '../messages/view-request.ts'
import type { Frame, Section } from '../wire/frame.ts'
import { parseFrame } from '../wire/frame.ts'
import {
  FrameType,
  HEARTBEAT_ADVANCE,
  MessageType,
  PROTOCOL_VERSION,
  ResyncCause,
  SectionType,
  SNAPSHOT_FIRST,
  SNAPSHOT_LAST,
  TableCode,
} from '../wire/protocol.ts'
import { CellScratch } from '../wire/section-bounds.ts'
import { malformedFrame } from '../wire/sync-error.ts'
import { readBorn, readDictionary, readDied, readJsonText, readTexts, readTotals } from './decode.ts'
import { readAudit, readExceptions, readFreshness } from './decode-freshness.ts'
import { FreshnessMirror } from './freshness-mirror.ts'
import { causeOf, gap } from './gap.ts'
import { mirrorChecksum } from './mirror-checksum.ts'
import { TableMirror } from './table-mirror.ts'

/** What a frame was. `ack` is to be sent back at once. */
export type Received =
  | { readonly kind: 'hello'; readonly hello: Hello }
  | { readonly kind: 'applied'; readonly ack: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'heartbeat' }
  | { readonly kind: 'notice'; readonly code: string; readonly message: string }
  | { readonly kind: 'ignored' }

/**
 * A client's copy of the server's tables: takes frames, gives messages.
 *
 * @remarks No socket, clock or timer in here. When {@link Replica.receive} throws, the copy can no longer be trusted:
 * the caller closes the connection with 4009 and opens a new one; {@link Replica.openMessage} then asks for a snapshot.
 */
export class Replica {
  private readonly mirrors = [new TableMirror(), new TableMirror()] as const
  readonly domains = this.mirrors[TableCode.Domains].table
  readonly hosts = this.mirrors[TableCode.Hosts].table
  private readonly fresh = new FreshnessMirror()
  readonly freshness = this.fresh.hosts
  readonly exceptions = this.fresh.exceptions
  /** Counts changes of the tables; their stamps. Never goes back. */
  revision = 0
  /** The server's offset that the tables are as of; 0 when they are not as of any. */
  offset = 0
  /** The newest offset that the server told of. */
  serverOffset = 0
  auditMismatches = 0
  /** How many snapshots began: each empties the tables first. */
  snapshots = 0
  /** How many domains the snapshot under way will bring; null when none is under way. */
  domainsToCome: number | null = null
  /** What the client shows; told with every {@link openMessage} and {@link subscribeMessage}. */
  view: () => ViewRequest = () => NO_VIEW
  private hello: Hello | null = null
  private cause: ResyncCause = ResyncCause.None
  private framesApplied = 0
  private snapshot: { readonly offset: number; parts: number } | null = null
  private readonly scratch = new CellScratch()

  /** Names the columns to receive. True when that differs from before, and {@link subscribeMessage} is due. */
  want(domainColumns: readonly string[], hostColumns: readonly string[]): boolean {
    const before = this.mirrors.map((mirror) =>
      mirror
        .wantedColumns()
        .map((column) => column.id)
        .join(' '),
    )
    const domains = [...new Set(domainColumns)].sort()
    const hosts = [...new Set(hostColumns)].sort()
    if (before[TableCode.Domains] === domains.join(' ') && before[TableCode.Hosts] === hosts.join(' ')) return false
    this.revision++
    this.mirrors[TableCode.Domains].want(domains, this.revision)
    this.mirrors[TableCode.Hosts].want(hosts, this.revision)
    return true
  }

  /** All wanted columns are here, as of one offset. */
  get ready(): boolean {
    return this.offset !== 0 && this.mirrors.every((mirror) => mirror.whole)
  }

  /** The local copy of a domain column, by its number on the wire; null unless it is wanted and whole. */
  heldDomainColumn(number: number): CodeColumn | null {
    return this.mirrors[TableCode.Domains].heldColumn(number)
  }

  /** Revision of the last birth or death of a row. */
  get rosterRevision(): number {
    return Math.max(this.domains.rosterChangedAt, this.hosts.rosterChangedAt)
  }

  /** The first message on a new connection. */
  openMessage(): Uint8Array<ArrayBuffer> {
    this.framesApplied = 0
    this.snapshot = null
    this.domainsToCome = null
    const { hello, cause } = this
    const resume = hello === null || this.offset === 0 ? null : { epoch: epochBytes(hello.epoch), offset: this.offset }
    const columns = this.wantedColumns(resume !== null)
    const view = this.view()
    return encodeMessage({ type: MessageType.Open, protocol: PROTOCOL_VERSION, resume, cause, columns, view })
  }

  /** The message that tells the server the wanted columns while connected. */
  subscribeMessage(): Uint8Array<ArrayBuffer> {
    return encodeMessage({ type: MessageType.Subscribe, columns: this.wantedColumns(false), view: this.view() })
  }

  private wantedColumns(tellHeld: boolean) {
    const [domains, hosts] = this.mirrors.map((mirror) =>
      mirror.wantedColumns().map(({ id, held }) => ({ id, held: tellHeld && held })),
    )
    return { domains: domains ?? [], hosts: hosts ?? [] }
  }

  /**
   * Applies one frame.
   *
   * @param bytes - The frame; not kept.
   * @param now - The moment it arrived, on the clock that freshness shall be told in.
   * @throws {@link DomscopeError} `SYNC_MALFORMED_FRAME`, `SYNC_GAP` or `SYNC_AUDIT_MISMATCH`.
   */
  receive(bytes: Uint8Array, now: number): Received {
    try {
      return this.take(parseFrame(bytes), now)
    } catch (error) {
      this.distrust(causeOf(error))
      throw error
    }
  }

  /** Forgets what the tables are as of: the next {@link openMessage} asks for a snapshot. */
  distrust(cause: ResyncCause): void {
    this.offset = 0
    this.cause = cause
  }

  private take(frame: Frame, now: number): Received {
    switch (frame.type) {
      case FrameType.Hello:
        return this.takeHello(frame)
      case FrameType.Tick:
        return this.takeTick(frame, now)
      case FrameType.Snapshot:
        return this.takePart(frame, now)
      case FrameType.Heartbeat:
        return this.takeHeartbeat(frame)
      case FrameType.Notice:
        return readNotice(frame)
      default:
        return { kind: 'ignored' }
    }
  }

  private takeHello(frame: Frame): Received {
    const hello = parseHello(readMessage(frame))
    if (hello.protocol !== PROTOCOL_VERSION) {
      throw malformedFrame('HELLO has another protocol version', { protocol: hello.protocol })
    }
    const fresh = hello.epoch !== this.hello?.epoch
    if (hello.answer !== 'delta') this.offset = 0
    else if (fresh) throw gap('a delta of another epoch', this.offset, hello.offset)
    this.hello = hello
    this.cause = ResyncCause.None
    this.serverOffset = hello.offset
    this.mirrors[TableCode.Domains].setSchema(hello.domains, fresh)
    this.mirrors[TableCode.Hosts].setSchema(hello.hosts, fresh)
    return { kind: 'hello', hello }
  }

  private takeTick(frame: Frame, now: number): Received {
    if (this.offset === 0 || this.snapshot !== null || frame.base !== this.offset || frame.offset < frame.base) {
      throw gap('a change that does not fit', this.offset, frame.base)
    }
    this.check(frame)
    this.revision++
    this.applySections(frame, now)
    this.offset = frame.offset
    return this.acknowledge(frame)
  }

  private takePart(frame: Frame, now: number): Received {
    const first = (frame.flags & SNAPSHOT_FIRST) !== 0
    const parts = first ? 0 : (this.snapshot?.parts ?? -1)
    if (this.hello === null || frame.base !== parts || (!first && frame.offset !== this.snapshot?.offset)) {
      throw gap('a part of a snapshot that does not fit', parts, frame.base)
    }
    this.check(frame)
    if (first) this.reset()
    this.revision++
    this.applySections(frame, now)
    const last = (frame.flags & SNAPSHOT_LAST) !== 0
    const totals = frame.sections.find((section) => section.type === SectionType.Totals)
    if (totals !== undefined) this.domainsToCome = readTotals(frame, totals).domains
    this.snapshot = last ? null : { offset: frame.offset, parts: parts + 1 }
    if (last) {
      this.offset = frame.offset
      this.domainsToCome = null
    }
    return this.acknowledge(frame)
  }

  private takeHeartbeat(frame: Frame): Received {
    if ((frame.flags & HEARTBEAT_ADVANCE) !== 0) {
      if (this.offset === 0 || frame.base !== this.offset || frame.offset < frame.base) {
        throw gap('a heartbeat that does not fit', this.offset, frame.base)
      }
      this.offset = frame.offset
    }
    this.serverOffset = frame.offset
    return { kind: 'heartbeat' }
  }

  private acknowledge(frame: Frame): Received {
    this.serverOffset = Math.max(this.serverOffset, frame.offset)
    this.framesApplied++
    const ack = encodeMessage({ type: MessageType.Ack, frames: this.framesApplied, offset: frame.offset })
    return { kind: 'applied', ack }
  }

  private reset(): void {
    this.offset = 0
    this.snapshots++
    this.revision++
    for (const mirror of this.mirrors) mirror.reset(this.revision)
    this.fresh.clear()
  }

  /** Reads every section once before any is applied: a frame that is cut or garbled changes nothing. */
  private check(frame: Frame): void {
    const { scratch } = this
    for (const section of frame.sections) {
      const mirror = this.mirrors[section.table]
      if (section.type === SectionType.Schema) this.applySchema(frame, section)
      else if (section.type === SectionType.Died) readDied(frame, section, scratch)
      else if (section.type === SectionType.Born) readBorn(frame, section, scratch)
      else if (section.type === SectionType.Dictionary) readDictionary(frame, section, scratch)
      else if (section.type === SectionType.Text) readTexts(frame, section, scratch)
      else if (section.type === SectionType.Cells) mirror.readCells(frame, section, scratch)
      else if (section.type === SectionType.Freshness) readFreshness(frame, section)
      else if (section.type === SectionType.Exceptions) readExceptions(frame, section)
      else if (section.type === SectionType.Audit) readAudit(frame, section, () => {})
      else if (section.type === SectionType.Totals) readTotals(frame, section)
    }
  }

  private applySections(frame: Frame, now: number): void {
    const { scratch, revision } = this
    for (const section of frame.sections) {
      const mirror = this.mirrors[section.table]
      const gone = (row: number) => this.forgetRow(section.table, row)
      if (section.type === SectionType.Died) mirror.applyDied(frame, section, scratch, revision, gone)
      else if (section.type === SectionType.Born) mirror.applyBorn(frame, section, scratch, revision, gone)
      else if (section.type === SectionType.Dictionary) mirror.applyDictionary(frame, section, scratch, revision)
      else if (section.type === SectionType.Text) mirror.applyTexts(frame, section, scratch, revision)
      else if (section.type === SectionType.Cells) mirror.applyCells(frame, section, scratch, revision)
      else if (section.type === SectionType.Freshness) this.fresh.applyFreshness(frame, section, now)
      else if (section.type === SectionType.Exceptions)
        this.fresh.applyExceptions(frame, section, now, (row) => this.isAlive(row))
      else if (section.type === SectionType.Audit) this.applyAudit(frame, section)
    }
  }

  private applySchema(frame: Frame, section: Section): void {
    this.mirrors[section.table].setSchema(parseTableSchema(parseObject(readJsonText(frame, section))), false)
  }

  private forgetRow(table: TableCode, row: number): void {
    if (table === TableCode.Domains) this.exceptions.delete(row)
    else this.fresh.forgetHost(row)
  }

  private isAlive(row: number): boolean {
    return row < this.domains.rowLimit && this.domains.isAlive(row)
  }

  private applyAudit(frame: Frame, section: Section): void {
    readAudit(frame, section, (kind, table, number, expected) => {
      const sum = mirrorChecksum(this.mirrors[table], kind, number)
      if (sum === null || sum === expected) return
      this.auditMismatches++
      throw new DomscopeError('SYNC_AUDIT_MISMATCH', 'the copy in this tab differs from the server', {
        radius: 'connection',
        detail: { kind, table, number, expected, sum },
        remedy: 'The connection starts over by itself; please report this, it is a fault of Domscope.',
      })
    })
  }
}
