import type { CodeColumn } from '../../columns/code-column.ts'
import type { CodeTable } from '../../columns/code-table.ts'
import { unknownCode } from '../../columns/encodings.ts'
import type { ByteWriter } from '../wire/byte-writer.ts'
import type { TableCode } from '../wire/protocol.ts'
import type { RowList } from './diff.ts'
import { changedRows, diedRows, firstNewWord, knownRows, wireRowLimit } from './diff.ts'
import { writeBorn, writeDictionary, writeDied, writeTexts } from './encode.ts'
import { writeCells } from './encode-cells.ts'

/** Writes who died and who was born in (base, offset], and the texts that changed. */
export function writeRoster(
  writer: ByteWriter,
  code: TableCode,
  table: CodeTable,
  base: number,
  offset: number,
  list: RowList,
): void {
  if (table.rosterChangedAt > base) {
    diedRows(table, base, offset, list)
    writeDied(writer, code, list)
    changedRows(table, table.bornAt, base, offset, list)
    writeBorn(writer, code, table, list)
  }
  for (const text of table.texts) {
    if (text.lastChangedAt <= base) continue
    changedRows(table, text.changedAt, base, offset, list)
    writeTexts(writer, code, text, list)
  }
}

/** Writes what changed in one column in (base, offset]: new words of its dictionary, then cells. */
export function writeColumn(
  writer: ByteWriter,
  code: TableCode,
  table: CodeTable,
  column: CodeColumn,
  base: number,
  offset: number,
  list: RowList,
): void {
  const dictionary = table.dictionaries.get(column.number)
  if (dictionary !== undefined) {
    const from = firstNewWord(dictionary, base)
    writeDictionary(writer, code, column.number, dictionary, from, dictionary.words.length)
  }
  if (column.lastChangedAt <= base) return
  changedRows(table, column.changedAt, base, offset, list)
  writeCells(writer, code, column, list, false)
}

/** Writes one column whole, as of commit `offset` or newer. */
export function writeWholeColumn(
  writer: ByteWriter,
  code: TableCode,
  table: CodeTable,
  column: CodeColumn,
  offset: number,
  list: RowList,
): void {
  const dictionary = table.dictionaries.get(column.number)
  if (dictionary !== undefined) {
    writeDictionary(writer, code, column.number, dictionary, 0, dictionary.words.length)
  }
  const range = { from: 0, to: wireRowLimit(table) }
  knownRows(table, column.codes, unknownCode(column.encoding), range, offset, list)
  writeCells(writer, code, column, list, true)
}
