import { UNKNOWN_CELL } from '../../../lib/view/cell-text.ts'
import type { Cell, ColumnSource, PaintMoment, WrittenText } from './cell.ts'
import { CellMarks, element, isPartial, textIn, write } from './cell.ts'

/** Widths that units need, by what they are units of; the style sheet has the pixels. */
const UNIT_CLASSES: Readonly<Record<string, string>> = { '1/s': 'unit rate', ns: 'unit time', s: 'unit time' }

/** Class of the place in which a column's units stand. */
export function unitClass(source: ColumnSource): string {
  return UNIT_CLASSES[source.column.metric?.unit ?? ''] ?? 'unit'
}

/** A value as text, right-aligned, its unit beside it in a place of its own. */
export class NumberCell implements Cell {
  readonly element = element('div', '')
  private readonly source: ColumnSource
  private readonly marks: CellMarks
  private readonly number: WrittenText
  private readonly unit: WrittenText | null
  private writtenCode: number | undefined = -1
  private writtenLevel = -1
  private writtenPartial = false

  /** @param barred - The number shares its cell with a bar. */
  constructor(source: ColumnSource, barred = false) {
    this.source = source
    this.marks = new CellMarks(this.element, barred ? 'c num barred' : 'c num')
    this.number = textIn(barred ? this.element.appendChild(element('span', 'value')) : this.element)
    const { column } = source
    const bare = column.unit !== null || column.metric?.unit === 'count'
    this.unit = bare ? null : textIn(this.element.appendChild(element('span', unitClass(source))))
  }

  /** @returns Whether anything may look different now. */
  paint(row: number, hostRow: number, moment: PaintMoment): boolean {
    const { codes, texts, column } = this.source
    const code = codes?.codes[row]
    const level = moment.levels.of(row, hostRow, column.groups)
    const partial = isPartial(moment, row, column.groups)
    if (code === this.writtenCode && level === this.writtenLevel && partial === this.writtenPartial) return false
    this.writtenCode = code
    this.writtenLevel = level
    this.writtenPartial = partial
    const text = code === undefined || texts === null ? UNKNOWN_CELL : texts.of(code)
    write(this.number, text.number)
    if (this.unit !== null) write(this.unit, text.unit)
    if (text.number === UNKNOWN_CELL.number) this.marks.mark(0, false, ' none')
    else this.marks.mark(level, partial, code === 0 ? ' zero' : '')
    return true
  }
}
