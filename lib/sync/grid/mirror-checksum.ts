import { AuditKind } from '../wire/protocol.ts'
import { columnChecksum, rosterChecksum, textChecksum, wordsChecksum } from './audit.ts'
import type { TableMirror } from './table-mirror.ts'

/** The client's sum for a record of an AUDIT section; null for what it cannot compare: not held, or unknown to it. */
export function mirrorChecksum(mirror: TableMirror, kind: number, number: number): number | null {
  const { table } = mirror
  if (kind === AuditKind.Roster) return rosterChecksum(table)
  if (kind === AuditKind.Text) {
    const id = mirror.textId(number)
    return id === null ? null : textChecksum(table, table.text(id) ?? table.addText(id))
  }
  const column = mirror.heldColumn(number)
  if (column === null) return null
  if (kind === AuditKind.Column) return columnChecksum(table, column)
  const dictionary = table.dictionaries.get(column.number)
  return kind === AuditKind.Words && dictionary !== undefined ? wordsChecksum(dictionary) : null
}
