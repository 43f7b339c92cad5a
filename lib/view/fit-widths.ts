import type { GridColumn } from './grid-columns.ts'

/** How far a column is stretched beyond its own width to fill a wide window. */
const MAX_STRETCH = 1.6

export interface SizedColumn {
  readonly column: GridColumn
  /** Chosen by the user, in pixels; null follows the column and the window. */
  readonly width: number | null
}

/**
 * Widths of columns in whole pixels: as chosen, else the column's own, stretched alike while the window is wider than
 * all of them.
 */
export function fitWidths(columns: readonly SizedColumn[], viewportPx: number): number[] {
  let fixed = 0
  let free = 0
  for (const { column, width } of columns) {
    if (width === null) free += column.defaultWidth
    else fixed += width
  }
  const room = viewportPx - fixed
  const stretch = free === 0 ? 1 : Math.max(1, Math.min(MAX_STRETCH, room / free))
  return columns.map(({ column, width }) => width ?? Math.floor(column.defaultWidth * stretch))
}
