import type { CodeColumn } from '../../columns/code-column.ts'
import { unknownCode } from '../../columns/encodings.ts'
import type { ByteWriter } from '../wire/byte-writer.ts'
import type { TableCode } from '../wire/protocol.ts'
import { CELLS_FORM_SHIFT, CELLS_WHOLE, CellsForm, SectionType } from '../wire/protocol.ts'
import type { RowList } from './diff.ts'

const INDEX16_ROWS = 0x10000

/** Codes of the listed rows, which go up, in the smallest form. Nothing is written for none, except for `whole`. */
export function writeCells(
  writer: ByteWriter,
  table: TableCode,
  column: CodeColumn,
  list: RowList,
  whole: boolean,
): void {
  if (list.count === 0 && !whole) return
  const form = smallestForm(list)
  const flags = table | (whole ? CELLS_WHOLE : 0) | (form << CELLS_FORM_SHIFT)
  const start = writer.beginSection(SectionType.Cells, flags, column.number)
  if (form === CellsForm.Bitmap) writeBitmap(writer, list)
  else writeIndexes(writer, list, form)
  if (unknownCode(column.encoding) > 0xffff) writeCodes32(writer, column, list)
  else writeCodes16(writer, column, list)
  writer.endSection(start)
}

function smallestForm(list: RowList): CellsForm {
  if (list.count === 0) return CellsForm.Index16
  const last = list.rows[list.count - 1]!
  const bitmapBytes = 4 + 4 * ((last >>> 5) - (list.rows[0]! >>> 5) + 1)
  const form = last < INDEX16_ROWS ? CellsForm.Index16 : CellsForm.Index32
  const indexBytes = form === CellsForm.Index16 ? (2 * list.count + 3) & ~3 : 4 * list.count
  return bitmapBytes < indexBytes ? CellsForm.Bitmap : form
}

function writeBitmap(writer: ByteWriter, list: RowList): void {
  const firstWord = list.rows[0]! >>> 5
  const words = (list.rows[list.count - 1]! >>> 5) - firstWord + 1
  writer.u32(firstWord * 32)
  writer.u32(words)
  writer.reserve(words * 4)
  const { view } = writer
  const { rows, count } = list
  const start = writer.length
  let word = firstWord
  let bits = 0
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    if (row >>> 5 !== word) {
      view.setUint32(start + (word - firstWord) * 4, bits, true)
      for (word++; word < row >>> 5; word++) view.setUint32(start + (word - firstWord) * 4, 0, true)
      bits = 0
    }
    bits |= 1 << (row & 31)
  }
  view.setUint32(start + (word - firstWord) * 4, bits, true)
  writer.length += words * 4
}

function writeIndexes(writer: ByteWriter, list: RowList, form: CellsForm): void {
  writer.u32(list.count)
  writer.reserve(list.count * 4)
  for (let i = 0; i < list.count; i++) {
    if (form === CellsForm.Index16) writer.u16(list.rows[i]!)
    else writer.u32(list.rows[i]!)
  }
  writer.align()
}

function writeCodes16(writer: ByteWriter, column: CodeColumn, list: RowList): void {
  writer.reserve(list.count * 2)
  const { codes } = column
  const { view } = writer
  const { rows, count } = list
  let at = writer.length
  for (let i = 0; i < count; i++, at += 2) view.setUint16(at, codes[rows[i]!]!, true)
  writer.length = at
}

function writeCodes32(writer: ByteWriter, column: CodeColumn, list: RowList): void {
  writer.reserve(list.count * 4)
  const { codes } = column
  const { view } = writer
  let at = writer.length
  for (let i = 0; i < list.count; i++, at += 4) view.setUint32(at, codes[list.rows[i]!]!, true)
  writer.length = at
}
