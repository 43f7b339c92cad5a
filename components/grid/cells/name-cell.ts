import { displayText } from '../../../lib/view/display-text.ts'
import type { Cell, PaintMoment } from './cell.ts'
import { element, textIn } from './cell.ts'

/** The domain's name. The only kind of cell, with the host, that is clipped: clips are dear. */
export class NameCell implements Cell {
  readonly element = element('div', 'c name')
  private readonly text: Text
  private written = ''

  constructor() {
    this.text = textIn(this.element.appendChild(element('bdi', '')))
  }

  paint(row: number, _hostRow: number, moment: PaintMoment): void {
    const name = moment.fleet.domains.text('name')?.get(row) ?? ''
    if (name === this.written) return
    this.written = name
    this.text.data = displayText(name)
  }
}
