import { decodeCell } from '../../../lib/columns/encodings.ts'
import { CPU_SOURCE } from '../../../lib/view/grid-columns.ts'
import { wordOf } from '../row-facts.ts'
import { Bar } from './bar.ts'
import type { Cell, ColumnSource, PaintMoment } from './cell.ts'
import { element } from './cell.ts'
import { NumberCell } from './number-cell.ts'

/** Width kept free at the right of the cell, over which the sparkline layer draws. */
export const SPARK_WIDTH = 64

/** Bar, number, and room for the sparkline. The time of a process is in another style than that of vCPUs. */
export class CpuCell implements Cell {
  readonly element: HTMLElement
  private readonly source: ColumnSource
  private readonly number: NumberCell
  private readonly bar = new Bar()
  private writtenIsProcess = false

  constructor(source: ColumnSource) {
    this.source = source
    this.number = new NumberCell(source, true)
    this.element = this.number.element
    this.element.prepend(this.bar.element)
    const room = element('span', 'spark')
    room.style.width = `${SPARK_WIDTH}px`
    this.element.append(room)
  }

  paint(row: number, hostRow: number, moment: PaintMoment): void {
    const isProcess = wordOf(moment.fleet, row, CPU_SOURCE) !== null
    if (isProcess !== this.writtenIsProcess) {
      this.writtenIsProcess = isProcess
      this.element.toggleAttribute('data-process', isProcess)
    }
    if (!this.number.paint(row, hostRow, moment)) return
    const { codes } = this.source
    this.bar.set(codes === null ? Number.NaN : decodeCell(codes.encoding, codes.codes[row]!))
  }
}
