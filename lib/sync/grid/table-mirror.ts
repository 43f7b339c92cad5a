import { CodeColumn } from '../../columns/code-column.ts'
import { CodeTable, KEY_WORDS } from '../../columns/code-table.ts'
import { unknownCode } from '../../columns/encodings.ts'
import type { WantedColumn } from '../messages/client-messages.ts'
import type { ColumnSchema, TableSchema } from '../messages/hello.ts'
import type { Frame, Section } from '../wire/frame.ts'
import type { CellScratch } from '../wire/section-bounds.ts'
import { malformedFrame } from '../wire/sync-error.ts'
import { readBorn, readDictionary, readDied, readTexts } from './decode.ts'
import { isWhole, readCells } from './decode-cells.ts'

const FIRST_RESERVED_CODE = 0xfff0

interface MirrorColumn {
  readonly schema: ColumnSchema
  /** Null until somebody wants the column. */
  local: CodeColumn | null
  wanted: boolean
  /** Every cell is as the server has it; false until the column came whole. */
  held: boolean
}

/**
 * One of the server's tables as a client keeps it.
 *
 * @remarks Wire numbers of columns belong to an epoch; the local table keeps its columns for good, found by id. All
 * stamps are the client's own revisions, so that they never go back, whatever the server's offsets do.
 */
export class TableMirror {
  readonly table = new CodeTable()
  private columns: MirrorColumn[] = []
  private textIds: string[] = []
  private wanted: readonly string[] = []
  private readonly key = new Uint32Array(KEY_WORDS)

  /** Takes over a schema. `fresh`: the column numbers of before mean nothing any more. */
  setSchema(schema: TableSchema, fresh: boolean): void {
    if (fresh) {
      this.columns = []
      this.textIds = []
    }
    for (const column of schema.columns) {
      if (this.columns[column.number]?.schema.id === column.id) continue
      this.columns[column.number] = { schema: column, local: null, wanted: false, held: false }
    }
    for (const { number, id } of schema.texts) this.textIds[number] = id
    this.bind(0)
  }

  /** Says which columns are wanted, by id. Cells of columns no longer wanted become unknown. */
  want(ids: readonly string[], revision: number): void {
    this.wanted = ids
    this.bind(revision)
  }

  private bind(revision: number): void {
    for (const column of this.columns) {
      // Numbers may have holes while a schema comes in pieces.
      if (column === undefined) continue
      column.wanted = this.wanted.includes(column.schema.id)
      if (column.wanted && column.local === null) column.local = this.localColumn(column.schema)
      if (column.wanted || column.local === null || !column.held) continue
      column.held = false
      this.clearColumn(column.local, revision)
    }
  }

  /** The local column of this id; a new one when there is none or its encoding differs. */
  private localColumn(schema: ColumnSchema): CodeColumn {
    const known = this.table.column(schema.id)
    if (known === null) return this.table.addColumn(schema.id, schema.encoding)
    if (known.encoding === schema.encoding) return known
    const column = new CodeColumn(schema.id, known.number, schema.encoding, this.table.capacity)
    this.table.columns[known.number] = column
    if (schema.encoding === 'dict16') this.table.dictionaries.get(known.number)?.clear()
    return column
  }

  private clearColumn(column: CodeColumn, revision: number): void {
    const unknown = unknownCode(column.encoding)
    for (let row = 0; row < this.table.rowLimit; row++) column.set(row, unknown, revision)
  }

  /** The wanted columns, and whether each is held. */
  wantedColumns(): WantedColumn[] {
    return this.wanted.map((id) => ({
      id,
      held: this.columns.some((column) => column?.schema.id === id && column.held),
    }))
  }

  /** Every wanted column that the server has is whole. */
  get whole(): boolean {
    return this.columns.every((column) => column === undefined || !column.wanted || column.held)
  }

  /** Forgets rows, cells and words, at the start of a snapshot. */
  reset(revision: number): void {
    for (let row = 0; row < this.table.rowLimit; row++) this.table.bury(row, revision)
    for (const dictionary of this.table.dictionaries.values()) dictionary.clear()
    for (const column of this.columns) if (column !== undefined) column.held = false
  }

  applyDied(frame: Frame, section: Section, scratch: CellScratch, revision: number, gone: (row: number) => void): void {
    readDied(frame, section, scratch)
    for (let i = 0; i < scratch.count; i++) {
      this.table.bury(scratch.rows[i]!, revision)
      gone(scratch.rows[i]!)
    }
  }

  applyBorn(frame: Frame, section: Section, scratch: CellScratch, revision: number, gone: (row: number) => void): void {
    readBorn(frame, section, scratch)
    for (let i = 0; i < scratch.count; i++) {
      const row = scratch.rows[i]!
      if (this.table.diedAt[row] === revision) throw malformedFrame('a row dies and is born in one frame', { row })
      for (let word = 0; word < KEY_WORDS; word++) this.key[word] = scratch.keys[i * KEY_WORDS + word]!
      gone(row)
      this.table.bear(row, this.key, revision)
    }
  }

  applyDictionary(frame: Frame, section: Section, scratch: CellScratch, revision: number): void {
    const { local } = this.columnOf(section)
    if (local === null) return
    const dictionary = this.table.dictionaries.get(local.number)
    if (dictionary === undefined) throw malformedFrame('a column has no dictionary', { column: section.column })
    const from = readDictionary(frame, section, scratch)
    if (from > dictionary.words.length) throw malformedFrame('a dictionary has a gap', { column: section.column, from })
    for (let i = 0; i < scratch.texts.length; i++) dictionary.put(from + i, scratch.texts[i]!, revision)
  }

  applyTexts(frame: Frame, section: Section, scratch: CellScratch, revision: number): void {
    const id = this.textIds[section.column]
    if (id === undefined) throw malformedFrame('a text column is unknown', { column: section.column })
    readTexts(frame, section, scratch)
    const column = this.table.text(id) ?? this.table.addText(id)
    for (let i = 0; i < scratch.count; i++) {
      column.set(this.living(scratch.rows[i]!), scratch.texts[i]!, revision)
    }
  }

  applyCells(frame: Frame, section: Section, scratch: CellScratch, revision: number): void {
    const column = this.columnOf(section)
    const { local } = column
    if (local === null || !column.wanted) return
    if (isWhole(section)) {
      this.clearColumn(local, revision)
      column.held = true
    }
    // A change that was under way when the column was dropped and wanted again: it comes whole soon.
    if (!column.held) return
    this.readCells(frame, section, scratch)
    const words = this.table.dictionaries.get(local.number)?.words
    for (let i = 0; i < scratch.count; i++) {
      const code = scratch.codes[i]!
      if (local.encoding === 'dict16' && code < FIRST_RESERVED_CODE && words?.[code] === undefined) {
        throw malformedFrame('a cell names a word that never came', { column: section.column, code })
      }
      local.set(this.living(scratch.rows[i]!), code, revision)
    }
  }

  /** Decodes a CELLS section into scratch, with the width that its column has. */
  readCells(frame: Frame, section: Section, scratch: CellScratch): void {
    const { encoding } = this.columnOf(section).schema
    readCells(frame, section, encoding === 'u32' ? 4 : 2, scratch)
  }

  /** The column if it can be compared with the server's; null when it is not held. */
  heldColumn(number: number): CodeColumn | null {
    const column = this.columns[number]
    return column?.held === true && column.wanted ? column.local : null
  }

  textId(number: number): string | null {
    return this.textIds[number] ?? null
  }

  private columnOf(section: Section): MirrorColumn {
    const column = this.columns[section.column]
    if (column === undefined) throw malformedFrame('a column is unknown', { column: section.column })
    return column
  }

  private living(row: number): number {
    if (row >= this.table.rowLimit || !this.table.isAlive(row)) {
      throw malformedFrame('a cell belongs to no living row', { row })
    }
    return row
  }
}
