import { hostRowOf } from '../../../lib/query/row-uuid.ts'
import type { ColumnWindow } from '../../../lib/view/column-window.ts'
import { columnsAt } from '../../../lib/view/column-window.ts'
import type { RowWindow } from '../../../lib/view/row-window.ts'
import { poolSize } from '../../../lib/view/row-window.ts'
import type { ColumnSource, PaintMoment } from '../cells/cell.ts'
import type { GridLayout } from '../grid-layout.ts'
import { PoolRow } from './pool-row.ts'

const NO_COLUMNS: ColumnWindow = { first: 0, end: 0, leadPx: 0 }

/** What the rows of the pool show at one painting. */
export interface RowsToPaint {
  readonly window: RowWindow
  /** The order that is shown. */
  readonly order: Uint32Array
  readonly moment: PaintMoment
  /** Values may have changed; otherwise only rows that moved are painted. */
  readonly valuesDirty: boolean
  readonly isSelected: (row: number) => boolean
  readonly cursorRow: number
  readonly cursorColumn: number
  readonly selectedText: Selection | null
}

/**
 * The row elements of the grid: as many as show at once, each used for one row after another.
 *
 * @remarks The row at place *i* of the order is shown by slot *i* modulo the size of the pool, so scrolling by one row
 * touches one element.
 */
export class RowPool {
  rows: PoolRow[] = []
  private readonly end: HTMLElement
  private layout: GridLayout | null = null
  private sources: readonly ColumnSource[] = []
  private columns = NO_COLUMNS

  /** @param end - Rows are put before this element. */
  constructor(end: HTMLElement) {
    this.end = end
  }

  /** Starts anew with other columns. */
  reset(layout: GridLayout, sources: readonly ColumnSource[]): void {
    this.clear()
    this.layout = layout
    this.sources = sources
  }

  /** Applies new widths of the same columns. */
  resize(layout: GridLayout): void {
    this.layout = layout
    const { first } = this.columns
    this.columns = { ...this.columns, leadPx: layout.edges[first]! - layout.edges[layout.frozen]! }
    for (const row of this.rows) row.resize(layout, this.columns)
  }

  clear(): void {
    for (const row of this.rows) row.element.remove()
    this.rows = []
    this.columns = NO_COLUMNS
  }

  /** Makes rows and cells for a viewport; returns whether any are new and have nothing in them yet. */
  fit(width: number, height: number, scrollLeft: number): boolean {
    const { layout } = this
    if (layout === null || layout.columns.length === 0) return false
    const columns = columnsAt(layout.edges, layout.frozen, scrollLeft, width)
    const needed = poolSize(height, layout.rowHeight)
    if (this.rows.length < needed) {
      // A slot belongs to places of the same remainder, so a pool of another size starts anew.
      this.clear()
      this.columns = columns
      this.fill(needed, layout)
      return true
    }
    if (columns.first === this.columns.first && columns.end === this.columns.end) return false
    this.columns = columns
    for (const row of this.rows) row.build(layout, this.sources, columns)
    return true
  }

  private fill(size: number, layout: GridLayout): void {
    for (let slot = 0; slot < size; slot++) {
      const row = new PoolRow(slot, layout, this.sources, this.columns)
      row.element.hidden = true
      this.rows.push(row)
    }
    this.end.before(...this.rows.map((row) => row.element))
  }

  paint(shown: RowsToPaint): void {
    const { rows, layout } = this
    const { window, order } = shown
    if (layout === null || rows.length === 0) return
    const used = new Uint8Array(rows.length)
    for (let index = window.first; index < window.end; index++) {
      const slot = index % rows.length
      used[slot] = 1
      const top = window.top + (index - window.first) * layout.rowHeight
      this.paintRow(rows[slot]!, index, order[index]!, top, shown)
    }
    for (const [slot, row] of rows.entries()) if (used[slot] === 0) row.retire()
  }

  private paintRow(poolRow: PoolRow, index: number, row: number, top: number, shown: RowsToPaint): void {
    const { moment, valuesDirty, selectedText } = shown
    const moved = poolRow.row !== row
    poolRow.place(index, row, top)
    poolRow.mark(shown.isSelected(row), row === shown.cursorRow ? shown.cursorColumn : -1)
    if (!moved && !valuesDirty) return
    // What the user has marked as text must not change under the marking.
    if (!moved && selectedText?.containsNode(poolRow.element, true)) return
    poolRow.paint(hostRowOf(moment.fleet.domains, row), moment)
  }
}
