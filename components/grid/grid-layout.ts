import { columnEdges } from '../../lib/view/column-window.ts'
import type { GridColumn } from '../../lib/view/grid-columns.ts'

/** Row heights by density, in pixels. The style sheet has the same numbers. */
export const ROW_HEIGHTS = { normal: 28, compact: 22 } as const
/** Header row and totals row, in pixels, as in the style sheet. */
export const HEAD_HEIGHT = 60
/** The name must be among the first columns to freeze them with it. */
const MAX_FROZEN = 3

/** Columns with their places. */
export interface GridLayout {
  readonly columns: readonly GridColumn[]
  readonly widths: readonly number[]
  readonly edges: readonly number[]
  readonly totalWidth: number
  /** How many columns at the left stay when the rest scrolls: everything up to the name. */
  readonly frozen: number
  readonly rowHeight: number
}

export function createLayout(columns: readonly GridColumn[], widths: readonly number[], rowHeight: number): GridLayout {
  const edges = columnEdges(widths)
  const name = columns.findIndex((column) => column.kind === 'name')
  const frozen = name >= 0 && name < MAX_FROZEN ? name + 1 : 0
  return { columns, widths, edges, totalWidth: edges.at(-1)!, frozen, rowHeight }
}

/** Whether cells made for one layout fit another: the same columns, whatever their widths. */
export function sameColumns(a: GridLayout, b: GridLayout): boolean {
  return (
    a.columns.length === b.columns.length &&
    a.rowHeight === b.rowHeight &&
    a.columns.every((column, index) => column === b.columns[index])
  )
}

/** Places a cell: its width, and its fixed left edge when it is frozen. */
export function placeCell(element: HTMLElement, layout: GridLayout, index: number): void {
  element.style.width = `${layout.widths[index]}px`
  if (index < layout.frozen) element.style.left = `${layout.edges[index]}px`
}
