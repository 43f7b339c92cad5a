import type { CodeColumn } from '../../../lib/columns/code-column.ts'
import type { CodeTable } from '../../../lib/columns/code-table.ts'
import type { SnapshotTable } from '../../../lib/sync/grid/snapshot.ts'
import type { WantedColumn } from '../../../lib/sync/messages/client-messages.ts'
import { TableCode } from '../../../lib/sync/wire/protocol.ts'

/** The columns that a client receives. Clients that want the same share one set, and so their frames. */
export interface ColumnSet {
  readonly key: string
  /** Hosts, then domains: the order in which they are sent. */
  readonly tables: readonly SnapshotTable[]
}

/** Finds the wanted columns that exist, in the order of their numbers. */
export function existingColumns(table: CodeTable, wanted: readonly WantedColumn[]): CodeColumn[] {
  const columns = new Set<CodeColumn>()
  for (const { id } of wanted) {
    const column = table.column(id)
    if (column !== null) columns.add(column)
  }
  return [...columns].sort((a, b) => a.number - b.number)
}

export function createColumnSet(
  domains: CodeTable,
  domainColumns: readonly CodeColumn[],
  hosts: CodeTable,
  hostColumns: readonly CodeColumn[],
): ColumnSet {
  const numbers = (columns: readonly CodeColumn[]) => columns.map((column) => column.number).join('.')
  return {
    key: `${numbers(hostColumns)}/${numbers(domainColumns)}`,
    tables: [
      { code: TableCode.Hosts, table: hosts, columns: hostColumns },
      { code: TableCode.Domains, table: domains, columns: domainColumns },
    ],
  }
}

/** Every column of a set. */
export function columnsOf(set: ColumnSet): CodeColumn[] {
  return set.tables.flatMap((part) => part.columns)
}
