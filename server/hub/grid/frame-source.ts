import type { CodeColumn } from '../../../lib/columns/code-column.ts'
import { writeColumn, writeRoster, writeWholeColumn } from '../../../lib/sync/grid/delta.ts'
import { RowList } from '../../../lib/sync/grid/diff.ts'
import { beginFrame, endFrame, writeJson } from '../../../lib/sync/grid/encode.ts'
import { FreshnessBoard } from '../../../lib/sync/grid/freshness-board.ts'
import type { SnapshotCursor, SnapshotTable } from '../../../lib/sync/grid/snapshot.ts'
import { SNAPSHOT_START, writePart } from '../../../lib/sync/grid/snapshot.ts'
import type { WantedColumns } from '../../../lib/sync/messages/client-messages.ts'
import type { Hello } from '../../../lib/sync/messages/hello.ts'
import { describeTable, epochHex } from '../../../lib/sync/messages/hello.ts'
import { ByteWriter } from '../../../lib/sync/wire/byte-writer.ts'
import type { SnapshotReason } from '../../../lib/sync/wire/protocol.ts'
import {
  BORN_RECORD_BYTES,
  FrameType,
  MAX_FRAME_BYTES,
  MAX_PART_BYTES,
  SectionType,
  SNAPSHOT_FIRST,
  SNAPSHOT_LAST,
  SNAPSHOT_REASON_SHIFT,
} from '../../../lib/sync/wire/protocol.ts'
import type { Clock } from '../../clock.ts'
import type { FleetReader } from '../../fleet/fleet-reader.ts'
import { writeAudit } from './audit-section.ts'
import type { ColumnSet } from './column-set.ts'
import { createColumnSet, existingColumns } from './column-set.ts'
import { FirstRowPicker, type FirstRows, NO_FIRST_ROWS } from './first-rows.ts'

/** Ages inside a frame are of the moment it was made; after this an equal frame is made anew. */
const FRAME_KEEPS_MS = 100
/** Guess of a row's name when a delta is weighed against a snapshot. */
const TYPICAL_TEXT_BYTES = 24

/** What a client needs to get from its base to now. */
export interface DeltaRequest {
  readonly set: ColumnSet
  readonly base: number
  /** Columns to send whole. */
  readonly whole: ReadonlySet<CodeColumn>
  /** What the client knows of the schema. */
  readonly schema: SchemaMark
  /** The tables stand exactly at the fleet's offset: checksums can be taken. */
  readonly audit: boolean
}

export type Delta =
  | { readonly kind: 'frame'; readonly frame: Buffer }
  | { readonly kind: 'unchanged' }
  /** A snapshot is smaller. */
  | { readonly kind: 'snapshot' }

/** How many columns and texts of each table a client has been told of. */
export interface SchemaMark {
  readonly domains: number
  readonly domainTexts: number
  readonly hosts: number
  readonly hostTexts: number
}

/** Makes frames, each once for all clients that need the same. Sections are kept until the next commit. */
export class FrameSource {
  private readonly fleet: FleetReader
  private readonly clock: Clock
  private readonly scope: string
  private readonly frame = new ByteWriter(64 << 10)
  private readonly sections = new ByteWriter(256 << 10)
  private readonly spans = new Map<string, { start: number; end: number }>()
  private readonly frames = new Map<string, { delta: Delta; madeAt: number }>()
  private readonly parts = new Map<string, { frame: Buffer; next: SnapshotCursor | null }>()
  private readonly checksums = new Map<string, number>()
  private readonly sets = new Map<string, ColumnSet>()
  private readonly list = new RowList()
  private board = new FreshnessBoard()
  /** Picks the rows that a snapshot sends first. */
  readonly firstRows: FirstRowPicker
  /** Frames made, and frames given again to another client. */
  made = 0
  shared = 0

  /** @param scope - What part of the fleet this is, in words for HELLO. */
  constructor(fleet: FleetReader, clock: Clock, scope = 'all') {
    this.fleet = fleet
    this.scope = scope
    this.clock = clock
    this.firstRows = new FirstRowPicker(fleet, clock)
  }

  /** Forgets what was made for the commit before and reads the freshness of this one. */
  committed(): void {
    this.sections.clear()
    this.spans.clear()
    this.frames.clear()
    this.parts.clear()
    this.checksums.clear()
    const { fleet } = this
    this.board.update(fleet.freshness(), fleet.rowExceptions(), this.clock.now(), fleet.offset)
  }

  /** Starts over for a new life of the store. */
  newEpoch(): void {
    this.board = new FreshnessBoard()
    this.sets.clear()
    this.firstRows.forget()
  }

  /** The set of these columns; the same object for the same columns. Columns that do not exist are left out. */
  columnSet(wanted: WantedColumns): ColumnSet {
    const { domains, hosts } = this.fleet
    const set = createColumnSet(
      domains,
      existingColumns(domains, wanted.domains),
      hosts,
      existingColumns(hosts, wanted.hosts),
    )
    const known = this.sets.get(set.key)
    if (known !== undefined) return known
    this.sets.set(set.key, set)
    return set
  }

  /** Forgets the sets that no client has. */
  keepSets(used: ReadonlySet<ColumnSet>): void {
    for (const [key, set] of this.sets) if (!used.has(set)) this.sets.delete(key)
  }

  schemaMark(): SchemaMark {
    const { domains, hosts } = this.fleet
    return {
      domains: domains.columns.length,
      domainTexts: domains.texts.length,
      hosts: hosts.columns.length,
      hostTexts: hosts.texts.length,
    }
  }

  hello(build: string, answer: Hello['answer'], limits: Readonly<Record<string, number>>): Buffer {
    const { fleet } = this
    const hello: Hello = {
      protocol: 1,
      build,
      epoch: epochHex(fleet.epoch),
      offset: fleet.offset,
      simulated: fleet.simulated,
      scope: this.scope,
      heartbeatMs: 1000,
      limits,
      answer,
      domains: describeTable(fleet.domains),
      hosts: describeTable(fleet.hosts),
    }
    return this.message(FrameType.Hello, hello)
  }

  notice(code: string, message: string): Buffer {
    return this.message(FrameType.Notice, { code, message })
  }

  private message(type: typeof FrameType.Hello | typeof FrameType.Notice, json: object): Buffer {
    beginFrame(this.frame, type, 0, this.fleet.offset, 0)
    writeJson(this.frame, SectionType.Message, 0, json)
    return this.finish()
  }

  heartbeat(flags: number, base: number): Buffer {
    beginFrame(this.frame, FrameType.Heartbeat, flags, this.fleet.offset, base)
    return this.finish()
  }

  private finish(): Buffer {
    endFrame(this.frame)
    this.made++
    return Buffer.from(this.frame.written())
  }

  /** What brings a client from its base to the last commit. */
  delta(request: DeltaRequest): Delta {
    const now = this.clock.now()
    const whole = [...request.whole].map(
      (column) => `${request.set.tables.findIndex((t) => t.columns.includes(column))}:${column.number}`,
    )
    const key = `${request.set.key}|${request.base}|${whole.sort().join()}|${Object.values(request.schema).join()}|${request.audit}`
    const known = this.frames.get(key)
    if (known !== undefined && now - known.madeAt <= FRAME_KEEPS_MS) {
      this.shared++
      return known.delta
    }
    const delta = this.makeDelta(request, now)
    this.frames.set(key, { delta, madeAt: now })
    return delta
  }

  private makeDelta(request: DeltaRequest, now: number): Delta {
    const { frame, board, fleet } = this
    beginFrame(frame, FrameType.Tick, 0, fleet.offset, request.base)
    const empty = frame.length
    this.writeSchema(request.schema)
    for (const part of request.set.tables) this.appendTable(part, request)
    board.writeHosts(frame, request.base, now)
    board.exceptions.write(frame, request.base, now)
    if (frame.length === empty && !request.audit) return { kind: 'unchanged' }
    if (frame.length > this.snapshotBytes(request.set)) return { kind: 'snapshot' }
    if (request.audit) writeAudit(frame, request.set, this.checksums)
    return { kind: 'frame', frame: this.finish() }
  }

  private snapshotBytes(set: ColumnSet): number {
    let bytes = MAX_PART_BYTES
    for (const { table, columns } of set.tables) {
      const widths = columns.reduce((sum, column) => sum + column.codes.BYTES_PER_ELEMENT, 0)
      bytes += table.aliveCount * (BORN_RECORD_BYTES + TYPICAL_TEXT_BYTES * table.texts.length + widths)
    }
    return Math.min(bytes, MAX_FRAME_BYTES / 2)
  }

  private writeSchema(known: SchemaMark): void {
    const { domains, hosts } = this.fleet
    const mark = this.schemaMark()
    if (mark.domains > known.domains || mark.domainTexts > known.domainTexts) {
      writeJson(this.frame, SectionType.Schema, 0, describeTable(domains, known.domains, known.domainTexts))
    }
    if (mark.hosts > known.hosts || mark.hostTexts > known.hostTexts) {
      writeJson(this.frame, SectionType.Schema, 1, describeTable(hosts, known.hosts, known.hostTexts))
    }
  }

  private appendTable(part: SnapshotTable, request: DeltaRequest): void {
    const { code, table } = part
    const { base } = request
    const { offset } = this.fleet
    this.appendSpan(`${code}/roster/${base}`, () => writeRoster(this.sections, code, table, base, offset, this.list))
    for (const column of part.columns) {
      if (request.whole.has(column)) {
        this.appendSpan(`${code}/${column.number}/whole`, () =>
          writeWholeColumn(this.sections, code, table, column, offset, this.list),
        )
      } else {
        this.appendSpan(`${code}/${column.number}/${base}`, () =>
          writeColumn(this.sections, code, table, column, base, offset, this.list),
        )
      }
    }
  }

  /** Appends sections to the frame; makes them if this commit has not needed them yet. */
  private appendSpan(key: string, write: () => void): void {
    let span = this.spans.get(key)
    if (span === undefined) {
      const start = this.sections.length
      write()
      span = { start, end: this.sections.length }
      this.spans.set(key, span)
    }
    if (span.end > span.start) this.frame.append(this.sections.bytes.subarray(span.start, span.end))
  }

  /** One part of a snapshot that started at offset `start`. */
  part(
    set: ColumnSet,
    cursor: SnapshotCursor,
    start: number,
    number: number,
    reason: SnapshotReason,
    first: FirstRows = NO_FIRST_ROWS,
  ): { frame: Buffer; next: SnapshotCursor | null } {
    const at = `${cursor.table}.${cursor.stage}.${cursor.column}.${cursor.at}`
    const key = `${set.key}|${at}|${start}|${number}|${reason}|${first.key}`
    const known = this.parts.get(key)
    if (known !== undefined) {
      this.shared++
      return known
    }
    const flags = (cursor === SNAPSHOT_START ? SNAPSHOT_FIRST : 0) | (reason << SNAPSHOT_REASON_SHIFT)
    beginFrame(this.frame, FrameType.Snapshot, flags, start, number)
    const { board, fleet, clock } = this
    const source = { tables: set.tables, board, start, offset: fleet.offset, now: clock.now(), first: first.rows }
    const next = writePart(this.frame, source, cursor, this.list)
    if (next === null) this.frame.bytes[1] = flags | SNAPSHOT_LAST
    const part = { frame: this.finish(), next }
    this.parts.set(key, part)
    return part
  }
}
