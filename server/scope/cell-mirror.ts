import type { CodeColumn } from '../../lib/columns/code-column.ts'
import { CodeTable } from '../../lib/columns/code-table.ts'
import { compactDictionaries } from '../../lib/columns/compact-words.ts'
import { UNKNOWN_16 } from '../../lib/columns/encodings.ts'
import { growInt32 } from '../../lib/columns/grow.ts'
import { RowMap, UNMAPPED } from './row-map.ts'

const NOT_CARRIED = -1

/** Whether a word of a column may be told. */
export type TellsWord = (column: string, word: string) => boolean

/**
 * Some rows of a table in a table of their own, with own row numbers, dictionaries, texts and stamps.
 *
 * @remarks Nothing of the other rows gets in: a word is added when the first row that is here uses it. Columns and texts
 * have the numbers that they have in the other table.
 */
export class CellMirror {
  readonly own = new CodeTable()
  readonly rows = new RowMap()
  private readonly parent: CodeTable
  private readonly tells: TellsWord
  /** By column and the other table's code: our code. */
  private readonly carried = new Map<number, Int32Array<ArrayBuffer>>()

  constructor(parent: CodeTable, tells: TellsWord = () => true) {
    this.parent = parent
    this.tells = tells
    this.adoptSchema()
  }

  /** Adds the columns and texts that came since. */
  private adoptSchema(): void {
    const { own, parent } = this
    for (const { id, encoding } of parent.columns.slice(own.columns.length)) own.addColumn(id, encoding)
    for (const { id } of parent.texts.slice(own.texts.length)) own.addText(id)
  }

  /** Shows a row of the other table from commit `offset` on. */
  bear(row: number, parentRow: number, key: ArrayLike<number>, offset: number): void {
    const { own, parent } = this
    own.bear(row, key, offset)
    this.rows.set(row, parentRow)
    for (const column of own.columns) {
      column.set(row, this.codeOf(column, parent.columns[column.number]!.codes[parentRow]!, offset), offset)
    }
    for (const text of own.texts) text.set(row, parent.texts[text.number]!.get(parentRow), offset)
  }

  /** Shows a row no more. */
  bury(row: number, offset: number): void {
    this.own.bury(row, offset)
    this.rows.clear(row)
  }

  /** Carries over every cell and text that changed after the other table's commit `since`, stamped with `offset`. */
  carry(since: number, offset: number): void {
    this.adoptSchema()
    for (const column of this.own.columns) this.carryColumn(column, since, offset)
    for (const text of this.own.texts) {
      const from = this.parent.texts[text.number]!
      if (from.lastChangedAt <= since) continue
      const { toParent } = this.rows
      for (let row = 0; row < this.own.rowLimit; row++) {
        const parentRow = toParent[row]!
        if (parentRow !== UNMAPPED && from.changedAt[parentRow]! > since) text.set(row, from.get(parentRow), offset)
      }
    }
  }

  private carryColumn(column: CodeColumn, since: number, offset: number): void {
    const { codes, changedAt, lastChangedAt } = this.parent.columns[column.number]!
    if (lastChangedAt <= since) return
    const { toParent } = this.rows
    const isWords = column.encoding === 'dict16'
    for (let row = 0; row < this.own.rowLimit; row++) {
      const parentRow = toParent[row]!
      if (parentRow === UNMAPPED || changedAt[parentRow]! <= since) continue
      const code = codes[parentRow]!
      column.set(row, isWords ? this.codeOf(column, code, offset) : code, offset)
    }
  }

  /** Carries a column over as a whole, because other words of it may be told now. */
  carryAgain(id: string, offset: number): void {
    const column = this.own.column(id)
    if (column === null) return
    this.carried.delete(column.number)
    this.carryColumn(column, NOT_CARRIED, offset)
  }

  /** The other table's codes mean something else: begins dictionaries anew with the words that live here. */
  beginEpoch(offset: number): void {
    this.carried.clear()
    compactDictionaries(this.own, offset)
  }

  private codeOf(column: CodeColumn, code: number, offset: number): number {
    if (column.encoding !== 'dict16') return code
    const known = this.carried.get(column.number)?.[code] ?? NOT_CARRIED
    return known === NOT_CARRIED ? this.carryWord(column, code, offset) : known
  }

  private carryWord(column: CodeColumn, code: number, offset: number): number {
    const words = this.parent.dictionaries.get(column.number)!
    const word = words.word(code)
    if (word === null || !this.tells(column.id, word)) return UNKNOWN_16
    const own = this.own.dictionaries.get(column.number)!.codeOf(word, offset)
    const codes = growInt32(this.carried.get(column.number) ?? new Int32Array(0), roomFor(code), NOT_CARRIED)
    codes[code] = own
    this.carried.set(column.number, codes)
    return own
  }
}

function roomFor(code: number): number {
  return Math.max(16, 2 ** Math.ceil(Math.log2(code + 1)))
}
