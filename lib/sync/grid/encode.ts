import type { CodeTable } from '../../columns/code-table.ts'
import { KEY_WORDS } from '../../columns/code-table.ts'
import type { Dictionary } from '../../columns/dictionary.ts'
import type { TextColumn } from '../../columns/text-column.ts'
import type { ByteWriter } from '../wire/byte-writer.ts'
import type { FrameType, TableCode } from '../wire/protocol.ts'
import { FRAME_HEADER_BYTES, SectionType } from '../wire/protocol.ts'
import { utf8Length, wireText } from '../wire/utf8.ts'
import type { RowList } from './diff.ts'

const BYTE_LENGTH_AT = 12

/** Starts a frame at the beginning of `writer`; {@link endFrame} completes it. Table: docs/spec/sync.md, SY10. */
export function beginFrame(writer: ByteWriter, type: FrameType, flags: number, offset: number, base: number): void {
  writer.clear()
  writer.u8(type)
  writer.u8(flags)
  writer.u16(0)
  writer.u32(offset)
  writer.u32(base)
  writer.u32(FRAME_HEADER_BYTES)
}

export function endFrame(writer: ByteWriter): void {
  writer.view.setUint32(BYTE_LENGTH_AT, writer.length, true)
}

/** A JSON text as a section: SCHEMA or MESSAGE. */
export function writeJson(writer: ByteWriter, type: SectionType, flags: number, value: unknown): void {
  const text = JSON.stringify(value)
  const start = writer.beginSection(type, flags, 0)
  writer.u32(utf8Length(text))
  writer.text(text)
  writer.endSection(start)
}

/** Rows that died. Nothing is written for none. */
export function writeDied(writer: ByteWriter, table: TableCode, list: RowList): void {
  if (list.count === 0) return
  const start = writer.beginSection(SectionType.Died, table, 0)
  writer.u32(list.count)
  for (let i = 0; i < list.count; i++) writer.u32(list.rows[i]!)
  writer.endSection(start)
}

/** Rows that were born, with their keys. Nothing is written for none. */
export function writeBorn(writer: ByteWriter, code: TableCode, table: CodeTable, list: RowList): void {
  if (list.count === 0) return
  const start = writer.beginSection(SectionType.Born, code, 0)
  writer.u32(list.count)
  for (let i = 0; i < list.count; i++) {
    const row = list.rows[i]!
    writer.u32(row)
    for (let word = 0; word < KEY_WORDS; word++) writer.u32(table.keys[row * KEY_WORDS + word]!)
  }
  writer.endSection(start)
}

/** Words of a dictionary, from one code up to but without another. Nothing is written for none. */
export function writeDictionary(
  writer: ByteWriter,
  table: TableCode,
  column: number,
  dictionary: Dictionary,
  from: number,
  to: number,
): void {
  if (from >= to) return
  const start = writer.beginSection(SectionType.Dictionary, table, column)
  writer.u32(from)
  writer.u32(to - from)
  for (let code = from; code < to; code++) writeShortText(writer, dictionary.words[code]!)
  writer.endSection(start)
}

function writeShortText(writer: ByteWriter, text: string): void {
  const cut = wireText(text)
  writer.u16(utf8Length(cut))
  writer.text(cut)
}

/** Texts of the listed rows. Nothing is written for none. */
export function writeTexts(writer: ByteWriter, table: TableCode, column: TextColumn, list: RowList): void {
  if (list.count === 0) return
  const start = writer.beginSection(SectionType.Text, table, column.number)
  writer.u32(list.count)
  for (let i = 0; i < list.count; i++) writer.u32(list.rows[i]!)
  for (let i = 0; i < list.count; i++) writer.u16(utf8Length(wireText(column.get(list.rows[i]!))))
  writer.align()
  for (let i = 0; i < list.count; i++) writer.text(wireText(column.get(list.rows[i]!)))
  writer.endSection(start)
}
