import { COUNTED_ON } from '../../../lib/query/counted-rows.ts'
import { displayText } from '../../../lib/view/display-text.ts'
import { wordOf } from '../row-facts.ts'
import type { Cell, PaintMoment, WrittenText } from './cell.ts'
import { element, textIn, write } from './cell.ts'

/** The name of the connection; and that of the one whose row counts, where two see the domain. */
export class HostCell implements Cell {
  readonly element = element('div', 'c host')
  private readonly text: WrittenText
  private written = ''
  private writtenOn: string | null = null

  constructor() {
    this.text = textIn(this.element.appendChild(element('bdi', '')))
  }

  paint(row: number, hostRow: number, moment: PaintMoment): void {
    const name = moment.fleet.hosts.text('name')?.get(hostRow) ?? ''
    const on = wordOf(moment.fleet, row, COUNTED_ON)
    if (name === this.written && on === this.writtenOn) return
    this.written = name
    this.writtenOn = on
    write(this.text, on === null ? displayText(name) : `${displayText(name)} = ${displayText(on)}`)
    this.element.toggleAttribute('data-twice', on !== null)
  }
}
