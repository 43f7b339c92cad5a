import { wholeAgeText } from '../../../lib/view/age-text.ts'
import { splitUnit } from '../../../lib/view/cell-text.ts'
import { ageOf, readingsOf } from '../row-facts.ts'
import type { Cell, PaintMoment, WrittenText } from './cell.ts'
import { CellMarks, element, textIn, write } from './cell.ts'

/** The time since the oldest sample of the row; its colour tells how late that is. */
export class AgeCell implements Cell {
  readonly element = element('div', '')
  private readonly marks: CellMarks
  private readonly number: WrittenText
  private readonly unit: WrittenText
  private writtenSeconds = -1

  constructor() {
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
    else this.marks.mark(0, false, LATE[moment.levels.of(row, hostRow, readingsOf(moment.fleet, row))])
  }
}

const LATE = ['', ' late', ' later'] as const
