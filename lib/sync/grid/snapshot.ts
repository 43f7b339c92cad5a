import type { CodeColumn } from '../../columns/code-column.ts'
import type { CodeTable } from '../../columns/code-table.ts'
import { unknownCode } from '../../columns/encodings.ts'
import type { ByteWriter } from '../wire/byte-writer.ts'
import {
  BORN_RECORD_BYTES,
  EXCEPTION_RECORD_BYTES,
  FRAME_HEADER_BYTES,
  FRESHNESS_RECORD_BYTES,
  MAX_PART_BYTES,
  SECTION_HEADER_BYTES,
  SectionType,
  TableCode,
} from '../wire/protocol.ts'
import { utf8Length, wireText } from '../wire/utf8.ts'
import type { RowRange } from './diff.ts'
import { aliveAt, firstNewWord, knownRows, livingRows, RowList, wireRowLimit } from './diff.ts'
import { writeBorn, writeDictionary, writeTexts } from './encode.ts'
import { writeCells } from './encode-cells.ts'
import type { FreshnessBoard } from './freshness-board.ts'

/** Fixed bytes of a section of rows at most: header, count, first row, padding twice. */
const SECTION_OVERHEAD = SECTION_HEADER_BYTES + 16
/** A base before every stamp, that of offset 0 included. */
const EVERYTHING = -1
const TEXT_RECORD_BYTES = 6
const WORD_LENGTH_BYTES = 2

/** One table of a snapshot and the columns of it that are wanted. */
export interface SnapshotTable {
  readonly code: TableCode
  readonly table: CodeTable
  readonly columns: readonly CodeColumn[]
}

/** What a snapshot is made of: the tables in the order in which they are sent. */
export interface SnapshotSource {
  readonly tables: readonly SnapshotTable[]
  readonly board: FreshnessBoard
  /** The offset at which the snapshot began, and that of the last commit. */
  readonly start: number
  readonly offset: number
  readonly now: number
  /** Domain rows that the client shows, going up: they come before all others. Those that died are left out. */
  readonly first?: Uint32Array
}

/**
 * Where a snapshot goes on. `column` counts the wanted columns whose words are sent, `at` is a code, a place
 * among the first rows, or a row.
 */
export interface SnapshotCursor {
  readonly table: number
  readonly stage: 'words' | 'first' | 'rows'
  readonly column: number
  readonly at: number
}

export const SNAPSHOT_START: SnapshotCursor = { table: 0, stage: 'words', column: 0, at: 0 }

interface Step {
  /** Null at the end of the snapshot. */
  readonly next: SnapshotCursor | null
  /** The part is full. */
  readonly full: boolean
}

/**
 * Writes sections of a snapshot from `cursor` on, until the frame in `writer` is nearly MAX_PART_BYTES long.
 *
 * @returns Where the next part goes on; null when this one was the last.
 */
export function writePart(
  writer: ByteWriter,
  source: SnapshotSource,
  cursor: SnapshotCursor,
  list: RowList,
): SnapshotCursor | null {
  if (cursor === SNAPSHOT_START) {
    writeTotals(writer, source)
    writeEmptyColumns(writer, source)
  }
  let at: SnapshotCursor | null = cursor
  while (at !== null) {
    const step: Step = at.stage === 'words' ? writeWords(writer, source, at) : writeRows(writer, source, at, list)
    if (step.full) return step.next
    at = step.next
  }
  return null
}

/** How many rows the snapshot will bring, so that the client can tell how far it is. */
function writeTotals(writer: ByteWriter, source: SnapshotSource): void {
  const start = writer.beginSection(SectionType.Totals, 0, 0)
  for (const code of [TableCode.Domains, TableCode.Hosts]) {
    writer.u32(source.tables.find((part) => part.code === code)?.table.aliveCount ?? 0)
  }
  writer.endSection(start)
}

const noRows = new RowList()

/** Tells the client which columns the snapshot holds: each starts as whole, with nothing in it. */
function writeEmptyColumns(writer: ByteWriter, source: SnapshotSource): void {
  for (const { code, columns } of source.tables) {
    for (const column of columns) writeCells(writer, code, column, noRows, true)
  }
}

function writeWords(writer: ByteWriter, source: SnapshotSource, cursor: SnapshotCursor): Step {
  const { code, table, columns } = source.tables[cursor.table]!
  let { at } = cursor
  for (let index = cursor.column; index < columns.length; index++, at = 0) {
    const column = columns[index]!
    const dictionary = table.dictionaries.get(column.number)
    if (dictionary === undefined) continue
    let room = MAX_PART_BYTES - writer.length - SECTION_OVERHEAD
    let to = at
    while (to < dictionary.words.length) {
      room -= WORD_LENGTH_BYTES + utf8Length(wireText(dictionary.words[to]!))
      if (room < 0) break
      to++
    }
    writeDictionary(writer, code, column.number, dictionary, at, to)
    if (to < dictionary.words.length) return { next: { ...cursor, column: index, at: to }, full: true }
  }
  const stage = code === TableCode.Domains && (source.first?.length ?? 0) > 0 ? 'first' : 'rows'
  return { next: { table: cursor.table, stage, column: 0, at: 0 }, full: false }
}

/** Writes the next range of the rows of a table, or of those that come first. */
function writeRows(writer: ByteWriter, source: SnapshotSource, cursor: SnapshotCursor, list: RowList): Step {
  const part = source.tables[cursor.table]!
  const { code, table } = part
  const rows = cursor.stage === 'first' ? source.first : undefined
  const limit = rows?.length ?? wireRowLimit(table)
  // One row at least in a part of its own, or a flood of new words could keep a snapshot from ever coming to its end.
  const atLeast = writer.length === FRAME_HEADER_BYTES ? 1 : 0
  writeNewWords(writer, source, part)
  const to = rowsThatFit(part, { from: cursor.at, to: limit, rows }, source, MAX_PART_BYTES - writer.length, atLeast)
  const range = { from: cursor.at, to, rows }
  livingRows(table, range, source.offset, list)
  writeBorn(writer, code, table, list)
  if (code === TableCode.Domains) source.board.exceptions.writeOf(writer, list.rows, list.count, source.now)
  else source.board.writeHosts(writer, EVERYTHING, source.now, range.from, range.to === limit ? undefined : range.to)
  writeTextsOf(writer, part, range, source.offset, list)
  for (const column of part.columns) {
    knownRows(table, column.codes, unknownCode(column.encoding), range, source.offset, list)
    writeCells(writer, code, column, list, false)
  }
  if (to < limit) return { next: { ...cursor, at: to }, full: true }
  // The part ends with the first rows: they are not to wait for as many more as fit.
  if (rows !== undefined) return { next: { ...cursor, stage: 'rows', at: 0 }, full: true }
  if (cursor.table + 1 === source.tables.length) return { next: null, full: true }
  return { next: { table: cursor.table + 1, stage: 'words', column: 0, at: 0 }, full: false }
}

/** The rows of a part are newer than the words that the first part held: adds those that came since. */
function writeNewWords(writer: ByteWriter, source: SnapshotSource, part: SnapshotTable): void {
  for (const column of part.columns) {
    const dictionary = part.table.dictionaries.get(column.number)
    if (dictionary === undefined) continue
    const from = firstNewWord(dictionary, source.start)
    writeDictionary(writer, part.code, column.number, dictionary, from, dictionary.words.length)
  }
}

function writeTextsOf(writer: ByteWriter, part: SnapshotTable, range: RowRange, offset: number, list: RowList): void {
  for (const text of part.table.texts) {
    livingRows(part.table, range, offset, list)
    let count = 0
    for (let i = 0; i < list.count; i++) if (text.get(list.rows[i]!) !== '') list.rows[count++] = list.rows[i]!
    list.count = count
    writeTexts(writer, part.code, text, list)
  }
}

/** The end of the longest start of `range` whose sections surely fit into `room` bytes, or of `atLeast` rows. */
function rowsThatFit(
  part: SnapshotTable,
  range: RowRange,
  source: SnapshotSource,
  room: number,
  atLeast: number,
): number {
  const { code, table, columns } = part
  const exceptionBytes = source.board.exceptions.isEmpty ? 0 : EXCEPTION_RECORD_BYTES
  const freshnessBytes = code === TableCode.Hosts ? FRESHNESS_RECORD_BYTES : exceptionBytes
  const widths = columns.reduce((sum, column) => sum + column.codes.BYTES_PER_ELEMENT, 0)
  const fixed = SECTION_OVERHEAD * (3 + table.texts.length + columns.length)
  const perRow = BORN_RECORD_BYTES + widths + freshnessBytes
  let bytes = fixed
  let rows = 0
  let start = -1
  for (let at = range.from; at < range.to; at++) {
    const row = range.rows === undefined ? at : range.rows[at]!
    if (!aliveAt(table, row, source.offset)) continue
    if (rows === 0) start = row
    rows++
    bytes += perRow
    for (const text of table.texts) bytes += TEXT_RECORD_BYTES + utf8Length(wireText(text.get(row)))
    // The encoder takes the smaller of a bitmap over the span and a list of rows.
    const naming = Math.min((row - start) / 8 + 8, rows * 4)
    if (rows > atLeast && bytes + naming * columns.length > room) return at
  }
  return range.to
}
