import { displayText } from '../../../lib/view/display-text.ts'
import type { Cell, PaintMoment, WrittenText } from './cell.ts'
import { element, textIn, write } from './cell.ts'

/** What the domain is called: title, then libvirt's name. With words and host the only cells that are clipped: clips are dear. */
export class NameCell implements Cell {
  readonly element = element('div', 'c name')
  private readonly first: WrittenText
  private readonly second: WrittenText
  private writtenName = ''
  private writtenTitle = ''

  constructor() {
    this.first = textIn(this.element.appendChild(element('bdi', '')))
    this.second = textIn(this.element.appendChild(element('bdi', 'own')))
  }

  paint(row: number, _hostRow: number, moment: PaintMoment): void {
    const { domains } = moment.fleet
    const name = domains.text('name')?.get(row) ?? ''
    const title = domains.text('title')?.get(row) ?? ''
    if (name === this.writtenName && title === this.writtenTitle) return
    this.writtenName = name
    this.writtenTitle = title
    const two = title !== '' && title !== name
    write(this.first, displayText(two ? title : name))
    write(this.second, two ? displayText(name) : '')
  }
}
