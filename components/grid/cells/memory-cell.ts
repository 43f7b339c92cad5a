import { decodeCell } from '../../../lib/columns/encodings.ts'
import { UNKNOWN_CELL } from '../../../lib/view/cell-text.ts'
import { Bar } from './bar.ts'
import type { Cell, ColumnSource, PaintMoment, WrittenText } from './cell.ts'
import { CellMarks, element, isPartial, textIn, write } from './cell.ts'

/**
 * Memory used as the guest says. Where the guest is silent, what its process takes on the host (RSS), in another style:
 * the two must not be taken for one another.
 */
export class MemoryCell implements Cell {
  readonly element = element('div', '')
  private readonly source: ColumnSource
  private readonly marks: CellMarks
  private readonly bar = new Bar()
  private readonly number: WrittenText
  private readonly unit: WrittenText

  constructor(source: ColumnSource) {
    this.source = source
    this.marks = new CellMarks(this.element, 'c num barred mem')
    this.element.append(this.bar.element)
    this.number = textIn(this.element.appendChild(element('span', 'value')))
    this.unit = textIn(this.element.appendChild(element('span', 'unit')))
  }

  paint(row: number, hostRow: number, moment: PaintMoment): void {
    const { codes, otherCodes, texts, otherTexts, column } = this.source
    const percent = codes === null ? Number.NaN : decodeCell(codes.encoding, codes.codes[row]!)
    const rss = otherCodes === null ? Number.NaN : decodeCell(otherCodes.encoding, otherCodes.codes[row]!)
    this.bar.set(percent)
    const level = moment.levels.of(row, hostRow, column.groups)
    const partial = isPartial(moment, row, column.groups)
    if (!Number.isNaN(percent)) {
      write(this.number, texts!.of(codes!.codes[row]!).number)
      write(this.unit, '%')
      this.marks.mark(level, partial)
    } else if (!Number.isNaN(rss)) {
      const text = otherTexts!.of(otherCodes!.codes[row]!)
      write(this.number, text.number)
      write(this.unit, `${text.unit} RSS`)
      this.marks.mark(level, partial, ' other')
    } else {
      write(this.number, UNKNOWN_CELL.number)
      write(this.unit, '')
      this.marks.mark(0, false, ' none')
    }
  }
}
