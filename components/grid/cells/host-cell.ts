import { displayText } from '../../../lib/view/display-text.ts'
import type { Cell, PaintMoment, WrittenText } from './cell.ts'
import { element, textIn, write } from './cell.ts'

/** The name of the connection. */
export class HostCell implements Cell {
  readonly element = element('div', 'c host')
  private readonly text: WrittenText
  private written = ''

  constructor() {
    this.text = textIn(this.element.appendChild(element('bdi', '')))
  }

  paint(_row: number, hostRow: number, moment: PaintMoment): void {
    const name = moment.fleet.hosts.text('name')?.get(hostRow) ?? ''
    if (name === this.written) return
    this.written = name
    write(this.text, displayText(name))
  }
}
