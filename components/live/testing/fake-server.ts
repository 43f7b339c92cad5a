import { CodeTable } from '../../../lib/columns/code-table.ts'
import { writeColumn, writeRoster } from '../../../lib/sync/grid/delta.ts'
import { RowList } from '../../../lib/sync/grid/diff.ts'
import { beginFrame, endFrame, writeJson } from '../../../lib/sync/grid/encode.ts'
import { FreshnessBoard } from '../../../lib/sync/grid/freshness-board.ts'
import { SNAPSHOT_START, type SnapshotCursor, writePart } from '../../../lib/sync/grid/snapshot.ts'
import type { ClientMessage } from '../../../lib/sync/messages/client-messages.ts'
import { decodeMessage } from '../../../lib/sync/messages/client-messages.ts'
import { describeTable } from '../../../lib/sync/messages/hello.ts'
import { ByteWriter } from '../../../lib/sync/wire/byte-writer.ts'
import { FrameType, SectionType, SNAPSHOT_FIRST, SNAPSHOT_LAST } from '../../../lib/sync/wire/protocol.ts'
import type { CreateSocket, FeedSocketEvents } from '../browser-socket.ts'
import type { FeedClock } from '../feed-clock.ts'

/** Time that passes only when told to. */
export class FakeClock implements FeedClock {
  private time = 100_000
  private readonly timers = new Set<{ readonly at: number; readonly callback: () => void }>()

  now(): number {
    return this.time
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.time + ms, callback }
    this.timers.add(timer)
    return () => {
      this.timers.delete(timer)
    }
  }

  get pending(): number {
    return this.timers.size
  }

  advance(ms: number): void {
    const end = this.time + ms
    for (;;) {
      const due = [...this.timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.timers.delete(due)
      this.time = Math.max(this.time, due.at)
      due.callback()
    }
    this.time = end
  }
}

/** One socket that a feed opened. */
export class FakeSocket {
  readonly url: string
  readonly subprotocol: string
  readonly events: FeedSocketEvents
  readonly messages: ClientMessage[] = []
  closedWith: number | null = null

  constructor(url: string, subprotocol: string, events: FeedSocketEvents) {
    this.url = url
    this.subprotocol = subprotocol
    this.events = events
  }

  send(message: Uint8Array): void {
    this.messages.push(decodeMessage(message))
  }

  close(code = 1005): void {
    this.closedWith = code
  }

  get types(): number[] {
    return this.messages.map((message) => message.type)
  }
}

/** A server of one host and three domains that says what the test tells it to say. */
export class FakeServer {
  readonly sockets: FakeSocket[] = []
  readonly domains = new CodeTable()
  readonly hosts = new CodeTable()
  readonly board = new FreshnessBoard()
  epoch = '1'.repeat(32)
  build = 'build-1'
  offset = 1
  readonly createSocket: CreateSocket = (url, subprotocol, events) => {
    const socket = new FakeSocket(url, subprotocol, events)
    this.sockets.push(socket)
    return socket
  }
  private readonly writer = new ByteWriter()

  constructor() {
    const name = this.domains.addText('name')
    const cpu = this.domains.addColumn('cpuPercent', 'ufloat16')
    this.domains.addColumn('diskIops', 'ufloat16')
    const hostName = this.hosts.addText('name')
    this.hosts.bear(0, [], 1)
    hostName.set(0, 'kvm-01', 1)
    for (const row of [0, 1, 2]) {
      this.domains.bear(row, [0, 0, 0, 0, row], 1)
      name.set(row, `domain-${row}`, 1)
      cpu.set(row, 0x4000 + row, 1)
    }
    const ages = [500, 500, null, 500, 500, 500, 500]
    const intervalMs = ages.map(() => 1000)
    this.board.update([{ row: 0, state: 'up', ageMs: ages, intervalMs }], [], 10_000, 1)
  }

  get socket(): FakeSocket {
    return this.sockets.at(-1)!
  }

  private frame(): Uint8Array {
    endFrame(this.writer)
    return new Uint8Array(this.writer.written())
  }

  private send(): void {
    this.socket.events.received(this.frame())
  }

  hello(answer: string, limits: Readonly<Record<string, number>> = {}): void {
    const { epoch, build, offset } = this
    beginFrame(this.writer, FrameType.Hello, 0, offset, 0)
    const json = {
      protocol: 1,
      build,
      epoch,
      offset,
      simulated: true,
      scope: 'all',
      heartbeatMs: 1000,
      limits,
      answer,
    }
    const schema = { domains: describeTable(this.domains), hosts: describeTable(this.hosts) }
    writeJson(this.writer, SectionType.Message, 0, { ...json, ...schema })
    this.send()
  }

  /** A snapshot in one part, with these domain columns. */
  snapshot(columns: readonly string[] = ['cpuPercent']): void {
    this.part(SNAPSHOT_FIRST | SNAPSHOT_LAST, 0, SNAPSHOT_START, columns)
  }

  /** The first part of a snapshot, with the rows that show. */
  firstPart(first: Uint32Array): void {
    this.next = this.part(SNAPSHOT_FIRST, 0, SNAPSHOT_START, ['cpuPercent'], first)
  }

  /** The second and last part. */
  otherParts(): void {
    if (this.next !== null) this.next = this.part(SNAPSHOT_LAST, 1, this.next, ['cpuPercent'])
  }

  private next: SnapshotCursor | null = null

  private part(
    flags: number,
    number: number,
    cursor: SnapshotCursor,
    columns: readonly string[],
    first: Uint32Array = new Uint32Array(0),
  ): SnapshotCursor | null {
    beginFrame(this.writer, FrameType.Snapshot, flags, this.offset, number)
    const wanted = this.domains.columns.filter((column) => columns.includes(column.id))
    const tables = [
      { code: 1 as const, table: this.hosts, columns: [] },
      { code: 0 as const, table: this.domains, columns: wanted },
    ]
    const source = { tables, board: this.board, start: this.offset, offset: this.offset, now: 10_000, first }
    const next = writePart(this.writer, source, cursor, new RowList())
    this.send()
    return next
  }

  /** One commit with one new cell, and its TICK. */
  tick(row: number, code: number): void {
    const base = this.offset++
    this.domains.column('cpuPercent')!.set(row, code, this.offset)
    this.tickFrom(base)
  }

  tickFrom(base: number): void {
    beginFrame(this.writer, FrameType.Tick, 0, this.offset, base)
    const list = new RowList()
    writeRoster(this.writer, 0, this.domains, base, this.offset, list)
    for (const column of this.domains.columns)
      writeColumn(this.writer, 0, this.domains, column, base, this.offset, list)
    this.send()
  }

  /** A TICK with a checksum that is wrong. */
  wrongAudit(): void {
    beginFrame(this.writer, FrameType.Tick, 0, this.offset, this.offset)
    const start = this.writer.beginSection(SectionType.Audit, 0, 0)
    for (const word of [1, 0, 12_345]) this.writer.u32(word)
    this.writer.endSection(start)
    this.send()
  }

  heartbeat(): void {
    beginFrame(this.writer, FrameType.Heartbeat, 0, this.offset, this.offset)
    this.send()
  }

  notice(message: string): void {
    beginFrame(this.writer, FrameType.Notice, 0, this.offset, 0)
    writeJson(this.writer, SectionType.Message, 0, { code: 'RESTARTING', message })
    this.send()
  }
}
