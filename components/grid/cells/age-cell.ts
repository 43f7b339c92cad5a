import { wholeAgeText } from '../../../lib/view/age-text.ts'
import { splitUnit } from '../../../lib/view/cell-text.ts'
import { ageOf } from '../row-facts.ts'
import type { Cell, ColumnSource, PaintMoment, WrittenText } from './cell.ts'
import { CellMarks, element, textIn, write } from './cell.ts'

/** Below this, a row is on time and says so with a plain 0: tenths that dance tell nothing. */
const ON_TIME_MS = 1000

/** How late the row is. */
export class AgeCell implements Cell {
  readonly element = element('div', '')
  private readonly source: ColumnSource
  private readonly marks: CellMarks
  private readonly number: WrittenText
  private readonly unit: WrittenText
  private writtenSeconds = -1

  constructor(source: ColumnSource) {
    this.source = source
    this.marks = new CellMarks(this.element, 'c num age')
    this.number = textIn(this.element)
    this.unit = textIn(this.element.appendChild(element('span', 'unit')))
  }

  paint(row: number, hostRow: number, moment: PaintMoment): void {
    const age = ageOf(moment.fleet, row, moment.now)
    const seconds = Math.floor(age / 1000)
    if (seconds !== this.writtenSeconds) {
      this.writtenSeconds = seconds
      const text = splitUnit(wholeAgeText(age))
      write(this.number, text.number)
      write(this.unit, text.unit)
    }
    if (Number.isNaN(age)) this.marks.mark(0, false, ' none')
    else this.marks.mark(0, false, age >= ON_TIME_MS ? LATE[moment.levels.of(hostRow, this.source.column.groups)] : '')
  }
}

const LATE = ['', ' late', ' later'] as const
