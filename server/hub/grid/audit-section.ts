import { columnChecksum, rosterChecksum, textChecksum, wordsChecksum } from '../../../lib/sync/grid/audit.ts'
import type { ByteWriter } from '../../../lib/sync/wire/byte-writer.ts'
import { AuditKind, SectionType } from '../../../lib/sync/wire/protocol.ts'
import type { ColumnSet } from './column-set.ts'

/**
 * Writes the checksums of everything that a client with these columns has.
 *
 * @param known - Checksums of this commit that were computed before; new ones are added.
 */
export function writeAudit(writer: ByteWriter, set: ColumnSet, known: Map<string, number>): void {
  const start = writer.beginSection(SectionType.Audit, 0, 0)
  const countAt = writer.length
  writer.u32(0)
  let count = 0
  const record = (kind: AuditKind, table: number, number: number, sum: () => number) => {
    writer.u8(kind)
    writer.u8(table)
    writer.u16(number)
    writer.u32(remembered(known, `${kind}/${table}/${number}`, sum))
    count++
  }
  for (const { code, table, columns } of set.tables) {
    record(AuditKind.Roster, code, 0, () => rosterChecksum(table))
    for (const text of table.texts) record(AuditKind.Text, code, text.number, () => textChecksum(table, text))
    for (const column of columns) {
      record(AuditKind.Column, code, column.number, () => columnChecksum(table, column))
      const dictionary = table.dictionaries.get(column.number)
      if (dictionary !== undefined) record(AuditKind.Words, code, column.number, () => wordsChecksum(dictionary))
    }
  }
  writer.view.setUint32(countAt, count, true)
  writer.endSection(start)
}

function remembered(known: Map<string, number>, key: string, sum: () => number): number {
  const before = known.get(key)
  if (before !== undefined) return before
  const value = sum()
  known.set(key, value)
  return value
}
