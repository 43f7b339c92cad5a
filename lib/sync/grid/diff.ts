import type { CodeTable } from '../../columns/code-table.ts'
import type { Dictionary } from '../../columns/dictionary.ts'
import { MAX_ROWS } from '../wire/protocol.ts'

/** Rows that a diff looks at: from, up to but without to. With `rows` these are places in it, and not row numbers. */
export interface RowRange {
  readonly from: number
  readonly to: number
  /** Goes up. */
  readonly rows?: Uint32Array | undefined
}

/** Scratch for row numbers, one for each encoder. Grows to the largest table seen. */
export class RowList {
  rows = new Uint32Array(64)
  count = 0

  /** Makes room for every row of `table` and forgets the rows it held. */
  prepare(table: CodeTable): void {
    this.count = 0
    if (this.rows.length < table.rowLimit) this.rows = new Uint32Array(table.capacity)
  }
}

/** How many slots of a table are on the wire. */
export function wireRowLimit(table: CodeTable): number {
  return Math.min(table.rowLimit, MAX_ROWS)
}

/**
 * Whether a row was alive at commit `offset`, which is the last one or under way.
 *
 * @remarks Births and deaths stamped later do not count: between two commits a table may already hold some of them, and
 * every section of a frame must speak of the same moment.
 */
export function aliveAt(table: CodeTable, row: number, offset: number): boolean {
  const born = table.bornAt[row]!
  const died = table.diedAt[row]!
  return born <= offset && born > 0 && (died < born || died > offset)
}

/** Lists the living rows whose stamp is in (base, offset]. */
export function changedRows(
  table: CodeTable,
  changedAt: Uint32Array,
  base: number,
  offset: number,
  list: RowList,
): void {
  list.prepare(table)
  const limit = wireRowLimit(table)
  const span = offset - base
  const { bornAt, diedAt } = table
  const { rows } = list
  let count = 0
  for (let row = 0; row < limit; row++) {
    // As unsigned numbers a stamp up to base lies far above the span: one comparison does for both ends.
    if ((changedAt[row]! - base - 1) >>> 0 >= span) continue
    // `aliveAt`, written out: its arrays would be looked up again for each row.
    const born = bornAt[row]!
    const died = diedAt[row]!
    if (born <= offset && born > 0 && (died < born || died > offset)) rows[count++] = row
  }
  list.count = count
}

/** Lists the rows that died in (base, offset] and are not alive again. */
export function diedRows(table: CodeTable, base: number, offset: number, list: RowList): void {
  list.prepare(table)
  const limit = wireRowLimit(table)
  const span = offset - base
  let count = 0
  for (let row = 0; row < limit; row++) {
    if ((table.diedAt[row]! - base - 1) >>> 0 < span && !aliveAt(table, row, offset)) list.rows[count++] = row
  }
  list.count = count
}

/** Lists the living rows of a range. */
export function livingRows(table: CodeTable, range: RowRange, offset: number, list: RowList): void {
  list.prepare(table)
  let count = 0
  for (let at = range.from; at < range.to; at++) {
    const row = range.rows === undefined ? at : range.rows[at]!
    if (aliveAt(table, row, offset)) list.rows[count++] = row
  }
  list.count = count
}

/** Lists the living rows of a range whose cell is not unknown, whatever its stamp. */
export function knownRows(
  table: CodeTable,
  codes: ArrayLike<number>,
  unknown: number,
  range: RowRange,
  offset: number,
  list: RowList,
): void {
  list.prepare(table)
  let count = 0
  for (let at = range.from; at < range.to; at++) {
    const row = range.rows === undefined ? at : range.rows[at]!
    if (codes[row] !== unknown && aliveAt(table, row, offset)) list.rows[count++] = row
  }
  list.count = count
}

/** First code whose word came after `base`. Words come in order, so the new ones are at the end. */
export function firstNewWord(dictionary: Dictionary, base: number): number {
  let code = dictionary.words.length
  while (code > 0 && dictionary.addedAt[code - 1]! > base) code--
  return code
}
