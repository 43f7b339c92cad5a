import type { Total } from '../../../lib/query/totals.ts'
import { totalKind, totalOf, totalValue } from '../../../lib/query/totals.ts'
import type { CellText } from '../../../lib/view/cell-text.ts'
import type { ColumnSource, WrittenText } from '../cells/cell.ts'
import { element, textIn, write } from '../cells/cell.ts'
import { unitClass } from '../cells/number-cell.ts'
import type { GridLayout } from '../grid-layout.ts'
import { placeCell } from '../grid-layout.ts'

const KIND_MARKS = { sum: 'Σ', mean: 'mean', max: 'max' } as const
const NOTHING: CellText = { number: '', unit: '' }
const TOTALS: CellText = { number: 'Totals', unit: '' }

interface TotalCell {
  readonly source: ColumnSource
  readonly number: WrittenText
  readonly unit: WrittenText | null
}

/** The row under the header: what the rows amount to that pass the filter and whose host is in reach. */
export class TotalsRow {
  private readonly element: HTMLElement
  private cells: TotalCell[] = []
  private layout: GridLayout | null = null
  private readonly scratch: Total = { sum: 0, max: Number.NaN, known: 0 }

  constructor(parent: HTMLElement) {
    this.element = parent
  }

  build(layout: GridLayout, sources: readonly ColumnSource[]): void {
    this.layout = layout
    this.cells = []
    this.element.replaceChildren(...sources.map((source, index) => this.createCell(source, layout, index)))
  }

  resize(layout: GridLayout): void {
    this.layout = layout
    for (const [index, frame] of [...this.element.children].entries()) {
      if (frame instanceof HTMLElement) placeCell(frame, layout, index)
    }
  }

  private createCell(source: ColumnSource, layout: GridLayout, index: number): HTMLElement {
    const frame = element('div', source.column.metric === null || source.column.kind === 'state' ? 'c' : 'c num')
    frame.role = 'gridcell'
    frame.ariaColIndex = String(index + 1)
    if (index < layout.frozen) frame.dataset.frozen = index === layout.frozen - 1 ? 'last' : ''
    placeCell(frame, layout, index)
    const metric = source.column.metric
    const kind = metric === null ? null : totalKind(metric.unit)
    if (kind !== null) {
      frame.title =
        kind === 'sum'
          ? 'Sum of the rows shown whose host is in reach, each domain once'
          : kind === 'mean'
            ? 'Mean of the rows shown whose host is in reach, each domain once'
            : 'Greatest of the rows shown whose host is in reach'
      frame.append(element('span', 'kind'))
      frame.lastElementChild!.textContent = KIND_MARKS[kind]
    }
    const number = textIn(frame)
    const bare = source.column.unit !== null && source.column.kind !== 'memory'
    const unit =
      bare || source.column.metric?.unit === 'count'
        ? null
        : textIn(frame.appendChild(element('span', unitClass(source))))
    if (source.column.kind === 'memory') frame.classList.add('mem')
    if (source.column.kind === 'cpu') frame.append(element('span', 'spark-room'))
    this.cells.push({ source, number, unit })
    return frame
  }

  /** Shows the totals of the first `count` of `rows`. */
  paint(rows: Uint32Array, count: number): void {
    if (this.layout === null) return
    for (const { source, number, unit } of this.cells) {
      const text = this.textOf(source, rows, count)
      write(number, text.number)
      if (unit !== null) write(unit, text.unit)
    }
  }

  private textOf(source: ColumnSource, rows: Uint32Array, count: number): CellText {
    const { column, codes, texts } = source
    if (column.kind === 'name') return TOTALS
    const kind = column.metric === null ? null : totalKind(column.metric.unit)
    if (kind === null || codes === null || texts === null) return NOTHING
    const text = texts.format(totalValue(totalOf(codes, rows, count, this.scratch), kind))
    return column.kind === 'memory' && text.unit === '' ? { number: text.number, unit: '%' } : text
  }
}
