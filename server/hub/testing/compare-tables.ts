import type { CodeTable } from '../../../lib/columns/code-table.ts'
import { KEY_WORDS } from '../../../lib/columns/code-table.ts'
import { wireText } from '../../../lib/sync/wire/utf8.ts'

/** The rows of a table as plain values, with the words of dictionary columns: what two tables must agree on. */
export function tableView(table: CodeTable, columns: readonly string[], from: CodeTable = table): unknown[] {
  const rows: unknown[] = []
  for (let row = 0; row < table.rowLimit; row++) {
    if (!table.isAlive(row)) continue
    const key = Array.from(table.keys.subarray(row * KEY_WORDS, (row + 1) * KEY_WORDS))
    const texts = from.texts.map(({ id }) => wireText(table.text(id)?.get(row) ?? ''))
    rows.push({ row, key, texts, cells: columns.map((id) => cellView(table, id, row)) })
  }
  return rows
}

function cellView(table: CodeTable, id: string, row: number): number | string | null {
  const column = table.column(id)
  if (column === null) return null
  const code = column.codes[row]!
  const word = table.dictionaries.get(column.number)?.word(code) ?? null
  return word === null ? code : wireText(word)
}
