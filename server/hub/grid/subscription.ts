import type { CodeColumn } from '../../../lib/columns/code-column.ts'
import type { WantedColumns } from '../../../lib/sync/messages/client-messages.ts'
import type { ViewRequest } from '../../../lib/sync/messages/view-request.ts'
import { TableCode } from '../../../lib/sync/wire/protocol.ts'
import type { ColumnSet } from './column-set.ts'
import { columnsOf } from './column-set.ts'
import type { FrameSource, SchemaMark } from './frame-source.ts'

/** What one client wants, and what of it still has to come whole. */
export class Subscription {
  private readonly source: FrameSource
  private wanted: WantedColumns
  /** What the client shows, as far as it told. */
  view: ViewRequest
  set: ColumnSet
  readonly whole = new Set<CodeColumn>()
  /** What the client knows of the schema. */
  schema: SchemaMark

  constructor(source: FrameSource, wanted: WantedColumns, view: ViewRequest) {
    this.source = source
    this.wanted = wanted
    this.view = view
    this.set = source.columnSet(wanted)
    this.schema = source.schemaMark()
  }

  /** How many of the wanted columns do not exist. */
  get unknown(): number {
    return this.wanted.domains.length + this.wanted.hosts.length - columnsOf(this.set).length
  }

  /** The store has columns that the client was not told of. */
  get schemaGrew(): boolean {
    const mark = this.source.schemaMark()
    const { domains, domainTexts, hosts, hostTexts } = this.schema
    return mark.domains > domains || mark.domainTexts > domainTexts || mark.hosts > hosts || mark.hostTexts > hostTexts
  }

  /** After a resume: columns that the client does not hold have to come whole. */
  fetchNotHeld(): void {
    for (const { code, columns } of this.set.tables) {
      const entries = code === TableCode.Hosts ? this.wanted.hosts : this.wanted.domains
      for (const column of columns) {
        if (!entries.some((entry) => entry.id === column.id && entry.held)) this.whole.add(column)
      }
    }
  }

  /** Takes other columns, or looks the same ones up again; those that are new come whole. */
  change(wanted: WantedColumns = this.wanted, view: ViewRequest = this.view): void {
    const before = new Set(columnsOf(this.set))
    this.wanted = wanted
    this.view = view
    this.set = this.source.columnSet(wanted)
    const now = new Set(columnsOf(this.set))
    for (const column of now) if (!before.has(column)) this.whole.add(column)
    for (const column of this.whole) if (!now.has(column)) this.whole.delete(column)
  }

  /** Everything went out. */
  settle(): void {
    this.whole.clear()
    this.schema = this.source.schemaMark()
  }

  /** The store began a new life: column numbers mean something else. */
  restart(): void {
    this.set = this.source.columnSet(this.wanted)
    this.settle()
  }
}
