import { displayText } from '../../../lib/view/display-text.ts'
import { wordOf } from '../row-facts.ts'
import type { Cell, ColumnSource, PaintMoment, WrittenText } from './cell.ts'
import { element, textIn, write } from './cell.ts'

/** A word of a dictionary column, as a project; empty where there is none. */
export class WordCell implements Cell {
  readonly element = element('div', 'c word')
  private readonly text: WrittenText
  private readonly columnId: string
  private written = ''

  constructor({ column }: ColumnSource) {
    this.columnId = column.id
    this.text = textIn(this.element.appendChild(element('bdi', '')))
  }

  paint(row: number, _hostRow: number, moment: PaintMoment): void {
    const word = wordOf(moment.fleet, row, this.columnId) ?? ''
    if (word === this.written) return
    this.written = word
    write(this.text, displayText(word))
  }
}
