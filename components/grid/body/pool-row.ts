import type { ColumnWindow } from '../../../lib/view/column-window.ts'
import type { Cell, ColumnSource, PaintMoment } from '../cells/cell.ts'
import { element } from '../cells/cell.ts'
import { createCell } from '../cells/registry.ts'
import type { GridLayout } from '../grid-layout.ts'
import { placeCell } from '../grid-layout.ts'

/** Header and totals come before the rows in the grid's row numbers. */
export const FIRST_ROW_INDEX = 3

/** Id of a cell's element, for `aria-activedescendant`. */
export function cellId(slot: number, column: number): string {
  return `cell-${slot}-${column}`
}

/**
 * One element of the pool, used for one row after another while the grid scrolls.
 *
 * @remarks Only columns of the painted column window have cells; a spacer stands for those left out.
 */
export class PoolRow {
  readonly element: HTMLElement = element('div', 'row')
  /** Place in the order that is shown; -1 when the slot is unused. */
  index = -1
  /** Domain row that is shown. */
  row = -1
  private readonly slot: number
  private readonly cells: (Cell | undefined)[] = []
  private readonly lead = element('div', 'lead')
  private writtenTop = Number.NaN
  private writtenSelected: boolean | null = null
  private writtenCursor = -1

  constructor(slot: number, layout: GridLayout, sources: readonly ColumnSource[], window: ColumnWindow) {
    this.slot = slot
    this.element.role = 'row'
    this.lead.role = 'presentation'
    this.build(layout, sources, window)
  }

  /** Makes the cells of the column window; cells that exist are kept. */
  build(layout: GridLayout, sources: readonly ColumnSource[], window: ColumnWindow): void {
    const elements: HTMLElement[] = []
    layout.columns.forEach((_, index) => {
      const painted = index < layout.frozen || (index >= window.first && index < window.end)
      if (!painted) this.cells[index] = undefined
      if (index === window.first) elements.push(this.lead)
      if (!painted) return
      const cell = this.cells[index] ?? this.createCell(sources[index]!, layout, index)
      this.cells[index] = cell
      elements.push(cell.element)
    })
    this.lead.style.width = `${window.leadPx}px`
    this.lead.hidden = window.leadPx === 0
    this.element.replaceChildren(...elements)
    this.row = -1
    this.writtenSelected = null
  }

  private createCell(source: ColumnSource, layout: GridLayout, index: number): Cell {
    const cell = createCell(source)
    const frame = cell.element
    frame.role = 'gridcell'
    frame.id = cellId(this.slot, index)
    frame.ariaColIndex = String(index + 1)
    if (index < layout.frozen) frame.dataset.frozen = index === layout.frozen - 1 ? 'last' : ''
    placeCell(frame, layout, index)
    return cell
  }

  /** Applies new widths. */
  resize(layout: GridLayout, window: ColumnWindow): void {
    this.cells.forEach((cell, index) => {
      if (cell !== undefined) placeCell(cell.element, layout, index)
    })
    this.lead.style.width = `${window.leadPx}px`
  }

  /** Puts the element at a height and gives it a place in the order. */
  place(index: number, row: number, top: number): void {
    if (top !== this.writtenTop) {
      this.writtenTop = top
      this.element.style.transform = `translateY(${top}px)`
    }
    if (index !== this.index) {
      this.index = index
      this.element.ariaRowIndex = String(index + FIRST_ROW_INDEX)
      this.element.hidden = false
    }
    if (row !== this.row) {
      this.row = row
      this.element.dataset.row = String(row)
    }
  }

  /** Takes the element out of sight. */
  retire(): void {
    if (this.index === -1) return
    this.index = -1
    this.row = -1
    this.element.hidden = true
  }

  paint(hostRow: number, moment: PaintMoment): void {
    for (const cell of this.cells) cell?.paint(this.row, hostRow, moment)
  }

  /** Marks the row as selected, and as the one with the cursor in a column (-1 for none). */
  mark(selected: boolean, cursorColumn: number): void {
    if (selected === this.writtenSelected && cursorColumn === this.writtenCursor) return
    this.writtenSelected = selected
    this.writtenCursor = cursorColumn
    this.element.ariaSelected = String(selected)
    this.element.classList.toggle('selected', selected)
    this.element.classList.toggle('current', cursorColumn >= 0)
    this.cells.forEach((cell, index) => {
      if (cell === undefined) return
      if (index === cursorColumn) cell.element.dataset.cursor = ''
      else delete cell.element.dataset.cursor
    })
  }
}
