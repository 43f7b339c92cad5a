import { describe, expect, it } from 'vitest'
import { CodeTable } from '../../columns/code-table.ts'
import { ByteWriter } from '../wire/byte-writer.ts'
import { parseFrame } from '../wire/frame.ts'
import { FrameType, MAX_PART_BYTES, SectionType, TableCode } from '../wire/protocol.ts'
import { writeColumn, writeRoster } from './delta.ts'
import { RowList } from './diff.ts'
import { beginFrame, endFrame } from './encode.ts'
import { FreshnessBoard } from './freshness-board.ts'
import type { SnapshotCursor } from './snapshot.ts'
import { SNAPSHOT_START, writePart } from './snapshot.ts'

const DOMAINS = 10_000
const COLUMNS = 10

function bigTable(): CodeTable {
  const table = new CodeTable()
  const name = table.addText('name')
  for (let i = 0; i < COLUMNS; i++) table.addColumn(`column${i}`, 'ufloat16')
  for (let row = 0; row < DOMAINS; row++) {
    table.bear(row, [row & 7, 1, 2, 3, row], 1)
    name.set(row, `guest-${row}`, 1)
    for (const column of table.columns) column.set(row, 0x4000 + (row & 0xff), 1)
  }
  return table
}

/** Changes `share` of the cells of every column, spread by a small generator. */
function changeCells(table: CodeTable, share: number, offset: number): void {
  let seed = 42
  for (const column of table.columns) {
    for (let row = 0; row < DOMAINS; row++) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
      if (seed / 2 ** 32 < share) column.set(row, 0x5000 + (seed >>> 24), offset)
    }
  }
}

function tick(table: CodeTable, base: number, offset: number, writer: ByteWriter, list: RowList): Uint8Array {
  beginFrame(writer, FrameType.Tick, 0, offset, base)
  writeRoster(writer, TableCode.Domains, table, base, offset, list)
  for (const column of table.columns) writeColumn(writer, TableCode.Domains, table, column, base, offset, list)
  endFrame(writer)
  return writer.written()
}

describe('the size of a frame', () => {
  it('is at most 80 KB for 10,000 domains with 10 columns of which 30 % changed', () => {
    const table = bigTable()
    changeCells(table, 0.3, 2)
    const frame = tick(table, 1, 2, new ByteWriter(), new RowList())
    expect(frame.length).toBeLessThanOrEqual(80_000)
    // 3,000 codes of two bytes and a bitmap of 1,250 bytes in each column: nothing else of note.
    expect(frame.length).toBeGreaterThan(70_000)
  })

  it('follows what changed: 1 % takes a tenth of 10 %, and nothing takes nothing', () => {
    const sizes = [0, 0.01, 0.1].map((share) => {
      const table = bigTable()
      changeCells(table, share, 2)
      return tick(table, 1, 2, new ByteWriter(), new RowList()).length
    })
    expect(sizes[0]).toBe(16)
    expect(sizes[1]!).toBeLessThan(5_000)
    expect(sizes[2]!).toBeLessThan(35_000)
  })

  it('needs no new buffer once the first frame was written', () => {
    const table = bigTable()
    const writer = new ByteWriter()
    const list = new RowList()
    changeCells(table, 0.3, 2)
    tick(table, 1, 2, writer, list)
    const { bytes } = writer
    const { rows } = list
    for (let offset = 3; offset < 8; offset++) {
      changeCells(table, 0.25, offset)
      tick(table, offset - 1, offset, writer, list)
    }
    expect(writer.bytes).toBe(bytes)
    expect(list.rows).toBe(rows)
  })
})

describe('a delta', () => {
  it('[SY21] leaves out what the tables hold of the commit under way', () => {
    const table = new CodeTable()
    const name = table.addText('name')
    const column = table.addColumn('c', 'u16')
    for (const row of [0, 1, 2]) table.bear(row, [], 1)
    column.set(0, 5, 3)
    column.set(1, 6, 4)
    name.set(2, 'later', 4)
    table.bury(2, 4)
    table.bear(3, [], 4)
    const frame = parseFrame(tick(table, 2, 3, new ByteWriter(), new RowList()))
    expect(frame.sections.map((section) => section.type)).toEqual([SectionType.Cells])
    const next = parseFrame(tick(table, 3, 4, new ByteWriter(), new RowList()))
    const { Died, Born, Cells } = SectionType
    // The name belongs to a row that is dead by then.
    expect(next.sections.map((section) => section.type)).toEqual([Died, Born, Cells])
  })

  it('[SY22] does not name rows that died before the base', () => {
    const table = new CodeTable()
    table.addText('name')
    for (const row of [0, 1]) table.bear(row, [], 1)
    table.bury(0, 2)
    expect(tick(table, 2, 5, new ByteWriter(), new RowList()).length).toBe(16)
    expect(tick(table, 1, 5, new ByteWriter(), new RowList()).length).toBe(16 + 8 + 8)
  })
})

describe('a snapshot', () => {
  it.each([
    ['short names', 10, 1],
    ['long names', 5000, 1],
    ['rows far apart', 10, 40],
    ['very long words', 1020, 1],
  ])('[SY73] keeps its parts within 64 KiB with %s', (_title, length, stride) => {
    const table = new CodeTable()
    const name = table.addText('name')
    const state = table.addColumn('state', 'dict16')
    for (let i = 0; i < 20; i++) table.addColumn(`c${i}`, i % 3 === 0 ? 'u32' : 'ufloat16')
    const board = new FreshnessBoard()
    for (let i = 0; i < 1500; i++) {
      const row = i * stride
      table.bear(row, [i], 1)
      name.set(row, `${i}${'ä'.repeat(length)}`, 1)
      const word = length === 1020 ? `${i}${'w'.repeat(length)}` : 'running'
      state.set(row, table.dictionaries.get(state.number)!.codeOf(word, 1), 1)
      for (const column of table.columns.slice(1)) column.set(row, i % 7 === 0 ? 0xffff : i, 1)
    }
    board.update(
      [],
      Array.from({ length: 300 }, (_, i) => ({
        row: i * stride,
        partialGroups: 1,
        cause: 1 as const,
        sampledAt: new Float64Array(6),
      })),
      0,
      1,
    )
    const tables = [{ code: TableCode.Domains, table, columns: table.columns }]
    const writer = new ByteWriter()
    const list = new RowList()
    let cursor: SnapshotCursor | null = SNAPSHOT_START
    let parts = 0
    let bytes = 0
    for (; cursor !== null; parts++) {
      beginFrame(writer, FrameType.Snapshot, 0, 1, parts)
      cursor = writePart(writer, { tables, board, start: 1, offset: 1, now: 0 }, cursor, list)
      endFrame(writer)
      expect(writer.length).toBeLessThanOrEqual(MAX_PART_BYTES)
      bytes += writer.length
    }
    // And they are filled: not many more than the bytes need.
    expect(parts).toBeLessThanOrEqual(Math.ceil((bytes / MAX_PART_BYTES) * 1.35) + 2)
  })
})
