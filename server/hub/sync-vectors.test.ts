import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CodeTable } from '../../lib/columns/code-table.ts'
import { columnChecksum, rosterChecksum, textChecksum, wordsChecksum } from '../../lib/sync/grid/audit.ts'
import { writeColumn, writeRoster, writeWholeColumn } from '../../lib/sync/grid/delta.ts'
import { RowList } from '../../lib/sync/grid/diff.ts'
import { beginFrame, endFrame, writeJson } from '../../lib/sync/grid/encode.ts'
import { writeCells } from '../../lib/sync/grid/encode-cells.ts'
import { FreshnessBoard } from '../../lib/sync/grid/freshness-board.ts'
import { Replica } from '../../lib/sync/grid/replica.ts'
import { SNAPSHOT_START, writePart } from '../../lib/sync/grid/snapshot.ts'
import type { ClientMessage } from '../../lib/sync/messages/client-messages.ts'
import { decodeMessage, encodeMessage } from '../../lib/sync/messages/client-messages.ts'
import { describeTable } from '../../lib/sync/messages/hello.ts'
import { NO_VIEW } from '../../lib/sync/messages/view-request.ts'
import { ByteWriter } from '../../lib/sync/wire/byte-writer.ts'
import { parseFrame } from '../../lib/sync/wire/frame.ts'
import { FrameType, MessageType, ResyncCause, SectionType } from '../../lib/sync/wire/protocol.ts'
import { tableView } from './testing/compare-tables.ts'

const SPEC = readFileSync(new URL('../../docs/spec/sync.md', import.meta.url), 'utf8')

function vector(name: string): Uint8Array {
  const block = new RegExp(`\`\`\`hex ${name}\n([^\`]*)\`\`\``).exec(SPEC)?.[1]
  if (block === undefined) throw new Error(`docs/spec/sync.md has no vector ${name}`)
  const hex = block.replace(/#.*$/gm, '').trim().split(/\s+/)
  return Uint8Array.from(hex, (byte) => Number.parseInt(byte, 16))
}

/** The tables that the page describes, as of offset 8. */
function tables() {
  const domains = new CodeTable()
  const hosts = new CodeTable()
  const name = domains.addText('name')
  const state = domains.addColumn('state', 'dict16')
  const cpu = domains.addColumn('cpuPercent', 'ufloat16')
  const wide = domains.addColumn('wide', 'u32')
  const hostName = hosts.addText('name')
  hosts.addColumn('hostCpuPercent', 'ufloat16')
  const words = domains.dictionaries.get(state.number)!
  hosts.bear(0, [], 2)
  hostName.set(0, 'kvm-01', 2)
  domains.bear(0, [0, 0x00112233, 0x44556677, 0x8899aabb, 0xccddeeff], 3)
  domains.bear(1, [0, 1, 2, 3, 4], 3)
  domains.bear(2, [0, 5, 6, 7, 8], 3)
  name.set(0, 'web-1', 3)
  name.set(1, 'wéb-2', 3)
  for (const row of [0, 1, 2]) state.set(row, words.codeOf('running', 3), 3)
  domains.bury(2, 8)
  domains.bear(3, [0, 0x11223344, 0x55667788, 0x99aabbcc, 0xddeeff00], 8)
  name.set(3, 'db-1', 8)
  state.set(3, words.codeOf('paused', 8), 8)
  cpu.set(0, 0x4c00, 8)
  cpu.set(1, 0x5640, 8)
  return { domains, hosts, name, state, cpu, wide }
}

function board(): FreshnessBoard {
  const made = new FreshnessBoard()
  const ageMs = [100, 1500, null, 1500, 100, 1500, 1000]
  const intervalMs = [1000, 10_000, 10_000, 10_000, 1000, 10_000, 10_000]
  made.update(
    [{ row: 0, state: 'up', ageMs, intervalMs }],
    [{ row: 1, partialGroups: 0x28, cause: 3, sampledAt: Float64Array.of(NaN, NaN, -Infinity, 16_000, NaN, 16_000) }],
    20_000,
    8,
  )
  return made
}

/** The exception of the vectors, as a client that gets it at 50 s has it. */
const PARTIAL_ROW = {
  partialGroups: 0x28,
  cause: 3,
  sampledAt: Float64Array.of(NaN, NaN, -Infinity, 46_000, NaN, 46_000),
}

function written(writer: ByteWriter): Uint8Array {
  endFrame(writer)
  return writer.written()
}

/** A copy that has greeted the server of the page's tables. */
function greeted(answer: string): Replica {
  const { domains, hosts } = tables()
  const replica = new Replica()
  replica.want(['state', 'cpuPercent', 'wide'], ['hostCpuPercent'])
  const writer = new ByteWriter()
  beginFrame(writer, FrameType.Hello, 0, 8, 0)
  const rest = { protocol: 1, build: 'b', epoch: '0'.repeat(32), offset: 8, simulated: false, scope: 'all' }
  const schema = { domains: describeTable(domains), hosts: describeTable(hosts) }
  writeJson(writer, SectionType.Message, 0, { ...rest, heartbeatMs: 1000, limits: {}, answer, ...schema })
  replica.receive(written(writer), 0)
  return replica
}

const wanted = (ids: readonly string[], held: readonly string[] = []) =>
  ids.map((id) => ({ id, held: held.includes(id) }))
const epoch = Uint8Array.from({ length: 16 }, (_, i) => i)

const MESSAGES: readonly [string, ClientMessage][] = [
  [
    'open',
    {
      type: MessageType.Open,
      protocol: 1,
      resume: null,
      cause: ResyncCause.None,
      columns: { domains: wanted(['cpuPercent', 'state']), hosts: wanted(['hostCpuPercent']) },
      view: {
        rows: 40,
        skip: 258,
        sort: [
          { column: 'cpuPercent', descending: true },
          { column: 'name', descending: false },
        ],
        filter: 'wéb "a b"',
      },
    },
  ],
  [
    'open-resume',
    {
      type: MessageType.Open,
      protocol: 1,
      resume: { epoch, offset: 258 },
      cause: ResyncCause.None,
      columns: { domains: wanted(['cpuPercent', 'state'], ['state']), hosts: [] },
      view: NO_VIEW,
    },
  ],
  [
    'open-audit',
    {
      type: MessageType.Open,
      protocol: 1,
      resume: null,
      cause: ResyncCause.Audit,
      columns: { domains: [], hosts: [] },
      view: NO_VIEW,
    },
  ],
  [
    'subscribe',
    {
      type: MessageType.Subscribe,
      columns: { domains: wanted(['state']), hosts: [] },
      view: { rows: 512, skip: 0, sort: [], filter: '' },
    },
  ],
  ['ack', { type: MessageType.Ack, frames: 3, offset: 258 }],
  ['pause', { type: MessageType.Pause }],
  ['resume', { type: MessageType.Resume }],
]

describe('the vectors of docs/spec/sync.md', () => {
  it.each(MESSAGES)('[SY60] message %s is encoded and decoded byte for byte', (name, message) => {
    expect(encodeMessage(message)).toEqual(vector(name))
    const bytes = vector(name)
    const decoded = decodeMessage(bytes)
    bytes.fill(0xaa)
    expect(decoded).toEqual(message)
  })

  it('[SY12] [SY20] the encoder writes the TICK', () => {
    const { domains, name, state, cpu } = tables()
    const writer = new ByteWriter(16)
    const list = new RowList()
    beginFrame(writer, FrameType.Tick, 0, 8, 7)
    writeRoster(writer, 0, domains, 7, 8, list)
    writeColumn(writer, 0, domains, state, 7, 8, list)
    writeColumn(writer, 0, domains, cpu, 7, 8, list)
    board().writeHosts(writer, 7, 20_000)
    board().exceptions.write(writer, 7, 20_000)
    const start = writer.beginSection(SectionType.Audit, 0, 0)
    writer.u32(5)
    for (const [kind, column, sum] of [
      [0, 0, rosterChecksum(domains)],
      [2, 0, textChecksum(domains, name)],
      [1, 0, columnChecksum(domains, state)],
      [3, 0, wordsChecksum(domains.dictionaries.get(state.number)!)],
      [1, 1, columnChecksum(domains, cpu)],
    ] as const) {
      writer.u8(kind)
      writer.u8(0)
      writer.u16(column)
      writer.u32(sum)
    }
    writer.endSection(start)
    expect(written(writer)).toEqual(vector('tick'))
  })

  it('[SY13] [SY73] the encoder writes the SNAPSHOT', () => {
    const { domains, hosts, state, cpu } = tables()
    const writer = new ByteWriter(16)
    beginFrame(writer, FrameType.Snapshot, 0x13, 8, 0)
    const parts = [
      { code: 1 as const, table: hosts, columns: [] },
      { code: 0 as const, table: domains, columns: [state, cpu] },
    ]
    const source = { tables: parts, board: board(), start: 8, offset: 8, now: 20_000 }
    expect(writePart(writer, source, SNAPSHOT_START, new RowList())).toBeNull()
    expect(written(writer)).toEqual(vector('snapshot'))
  })

  it('[SY74] the encoder writes the rows that show first, in a part of their own', () => {
    const { domains, hosts, state, cpu } = tables()
    const parts = [
      { code: 1 as const, table: hosts, columns: [] },
      { code: 0 as const, table: domains, columns: [state, cpu] },
    ]
    // Row 2 showed when the rows were picked, and has died since.
    const first = Uint32Array.of(1, 2)
    const source = { tables: parts, board: board(), start: 8, offset: 8, now: 20_000, first }
    const writer = new ByteWriter(16)
    beginFrame(writer, FrameType.Snapshot, 0x11, 8, 0)
    const next = writePart(writer, source, SNAPSHOT_START, new RowList())
    expect(written(writer)).toEqual(vector('snapshot-first-rows'))
    beginFrame(writer, FrameType.Snapshot, 0x12, 8, 1)
    expect(writePart(writer, source, next ?? SNAPSHOT_START, new RowList())).toBeNull()
    expect(written(writer)).toEqual(vector('snapshot-all-rows'))
  })

  it('[SY25] the encoder writes a bitmap when that is smallest', () => {
    const { domains, cpu } = tables()
    const list = new RowList()
    for (const row of [32, 33, 34, 40, 63]) {
      domains.bear(row, [0, 0, 0, 0, row], 9)
      cpu.set(row, 0x4000 + row, 9)
      list.rows[list.count++] = row
    }
    const writer = new ByteWriter(16)
    beginFrame(writer, FrameType.Tick, 0, 9, 8)
    writeCells(writer, 0, cpu, list, false)
    expect(written(writer)).toEqual(vector('cells-bitmap'))
  })

  it('[SY25] [SY27] the encoder writes 32-bit rows and codes, whole', () => {
    const { domains, wide } = tables()
    domains.bear(65_536, [], 9)
    domains.bear(131_072, [], 9)
    wide.set(65_536, 0xdeadbeef, 9)
    wide.set(131_072, 7, 9)
    const writer = new ByteWriter(16)
    beginFrame(writer, FrameType.Tick, 0, 9, 9)
    writeWholeColumn(writer, 0, domains, wide, 9, new RowList())
    expect(written(writer)).toEqual(vector('cells-index32'))
  })

  it('[SY14] [SY15] heartbeats and notices are understood', () => {
    const plain = parseFrame(vector('heartbeat'))
    expect([plain.type, plain.flags, plain.offset, plain.base]).toEqual([FrameType.Heartbeat, 0, 258, 257])
    expect(parseFrame(vector('heartbeat-advance')).flags).toBe(1)
    const writer = new ByteWriter()
    beginFrame(writer, FrameType.Heartbeat, 1, 258, 257)
    expect(written(writer)).toEqual(vector('heartbeat-advance'))
    const notice = { kind: 'notice', code: 'RESTARTING', message: 'grüß Gott' }
    expect(new Replica().receive(vector('notice'), 0)).toEqual(notice)
    beginFrame(writer, FrameType.Notice, 0, 258, 0)
    writeJson(writer, SectionType.Message, 0, { code: notice.code, message: notice.message })
    expect(written(writer)).toEqual(vector('notice'))
  })

  it('[SY12] [SY22] [SY23] [SY40] a client applies the TICK, and its sums agree', () => {
    const { domains, hosts, state, cpu, name } = tables()
    // As it was one commit before.
    domains.diedAt[2] = 0
    domains.bornAt[3] = 0
    for (const row of [0, 1]) cpu.codes[row] = 0xffff
    const parts = [
      { code: 1 as const, table: hosts, columns: [] },
      { code: 0 as const, table: domains, columns: [state, cpu] },
    ]
    domains.dictionaries.get(state.number)!.words.length = 1
    const writer = new ByteWriter()
    beginFrame(writer, FrameType.Snapshot, 3, 7, 0)
    const source = { tables: parts, board: new FreshnessBoard(), start: 7, offset: 7, now: 0 }
    writePart(writer, source, SNAPSHOT_START, new RowList())
    const replica = greeted('first')
    replica.receive(written(writer), 0)
    expect(name.get(3)).toBe('db-1')
    expect([1, 2, 3].map((row) => replica.domains.isAlive(row))).toEqual([true, true, false])
    const bytes = vector('tick')
    const received = replica.receive(bytes, 50_000)
    bytes.fill(0xaa)
    expect(received).toEqual({ kind: 'applied', ack: encodeMessage({ type: MessageType.Ack, frames: 2, offset: 8 }) })
    expect([1, 2, 3].map((row) => replica.domains.isAlive(row))).toEqual([true, false, true])
    expect(replica.domains.text('name')?.get(3)).toBe('db-1')
    expect([0, 1, 3].map((row) => replica.domains.column('state')?.codes[row])).toEqual([0, 0, 1])
    expect([0, 1, 3].map((row) => replica.domains.column('cpuPercent')?.codes[row])).toEqual([0x4c00, 0x5640, 0xffff])
    expect(replica.exceptions.get(1)).toEqual(PARTIAL_ROW)
  })

  it('[SY13] [SY30] [SY31] a client applies the SNAPSHOT and keeps nothing of its bytes', () => {
    const replica = greeted('epoch')
    const bytes = vector('snapshot')
    const received = replica.receive(bytes, 50_000)
    bytes.fill(0xaa)
    expect(received).toEqual({ kind: 'applied', ack: encodeMessage({ type: MessageType.Ack, frames: 1, offset: 8 }) })
    expect(replica.offset).toBe(8)
    const { domains, hosts } = replica
    expect([0, 1, 2, 3].map((row) => domains.isAlive(row))).toEqual([true, true, false, true])
    expect([0, 1, 3].map((row) => domains.text('name')?.get(row))).toEqual(['web-1', 'wéb-2', 'db-1'])
    expect([...domains.keys.subarray(15, 20)]).toEqual([0, 0x11223344, 0x55667788, 0x99aabbcc, 0xddeeff00])
    expect([0, 1, 3].map((row) => domains.column('state')?.codes[row])).toEqual([0, 0, 1])
    expect([0, 1, 3].map((row) => domains.column('cpuPercent')?.codes[row])).toEqual([0x4c00, 0x5640, 0xffff])
    expect(domains.dictionaries.get(domains.column('state')!.number)?.words).toEqual(['running', 'paused'])
    expect(hosts.text('name')?.get(0)).toBe('kvm-01')
    expect(replica.exceptions.get(1)).toEqual(PARTIAL_ROW)
    const fresh = replica.freshness[0]!
    expect([fresh.state, ...fresh.intervalMs]).toEqual(['up', 1000, 10_000, 10_000, 10_000, 1000, 10_000, 10_000])
    expect([...fresh.sampledAt].map((at) => 50_000 - at)).toEqual([100, 1500, Number.NaN, 1500, 100, 1500, 1000])
    // `wide` and `hostCpuPercent` were wanted and are not in this snapshot.
    expect(replica.ready).toBe(false)
  })

  it('[SY17] [SY74] a client has the first rows after the first part, knows how many come, and ends with the same', () => {
    const whole = greeted('epoch')
    whole.receive(vector('snapshot'), 50_000)
    const replica = greeted('epoch')
    replica.receive(vector('snapshot-first-rows'), 50_000)
    const { domains } = replica
    const seen = () => ({
      offset: replica.offset,
      toCome: replica.domainsToCome,
      alive: [0, 1, 2, 3].filter((row) => row < domains.rowLimit && domains.isAlive(row)),
    })
    expect(seen()).toEqual({ offset: 0, toCome: 3, alive: [1] })
    expect(domains.text('name')?.get(1)).toBe('wéb-2')
    expect(domains.column('cpuPercent')?.codes[1]).toBe(0x5640)
    expect(replica.exceptions.get(1)).toEqual(PARTIAL_ROW)
    replica.receive(vector('snapshot-all-rows'), 50_000)
    expect(seen()).toEqual({ offset: 8, toCome: null, alive: [0, 1, 3] })
    const columns = ['state', 'cpuPercent']
    expect(tableView(domains, columns)).toEqual(tableView(whole.domains, columns))
    expect([...replica.exceptions]).toEqual([...whole.exceptions])
  })
})
