import { UNKNOWN_CELL } from '../../../lib/view/cell-text.ts'
import type { Cell, ColumnSource, PaintMoment } from './cell.ts'
import { CellMarks, element, isPartial, textIn } from './cell.ts'

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
  private readonly number: Text
  private readonly unit: Text | null
  private writtenNumber = ''
  private writtenUnit = ''

  /** @param barred - The number shares its cell with a bar. */
  constructor(source: ColumnSource, barred = false) {
    this.source = source
    this.marks = new CellMarks(this.element, barred ? 'c num barred' : 'c num')
    this.number = textIn(barred ? this.element.appendChild(element('span', 'value')) : this.element)
    const { column } = source
    const bare = column.unit !== null || column.metric?.unit === 'count'
    this.unit = bare ? null : textIn(this.element.appendChild(element('span', unitClass(source))))
  }

  paint(row: number, hostRow: number, moment: PaintMoment): void {
    const { codes, texts, column } = this.source
    const code = codes?.codes[row]
    const text = code === undefined || texts === null ? UNKNOWN_CELL : texts.of(code)
    this.write(text.number, text.unit)
    if (text.number === UNKNOWN_CELL.number) {
      this.marks.mark(0, false, ' none')
      return
    }
    const zero = code === 0 ? ' zero' : ''
    this.marks.mark(moment.levels.of(hostRow, column.groups), isPartial(moment, row, column.groups), zero)
  }

  private write(number: string, unit: string): void {
    if (number !== this.writtenNumber) {
      this.writtenNumber = number
      this.number.data = number
    }
    if (this.unit !== null && unit !== this.writtenUnit) {
      this.writtenUnit = unit
      this.unit.data = unit
    }
  }
}
