/** How a heat map's cells lie. */
export interface HeatShape {
  readonly columns: number
  readonly rows: number
  /** Of the whole map: cells are as high as they are wide, where there are few. */
  readonly heightPx: number
}

/** Cells this wide are large enough; wider ones would say no more. */
const WIDEST_PX = 96

/** The columns and rows in which so many cells fill an area with cells that are nearly square. */
export function heatShape(cells: number, widthPx: number, heightPx: number): HeatShape {
  const count = Math.max(1, cells)
  const side = Math.min(WIDEST_PX, Math.sqrt((Math.max(1, widthPx) * Math.max(1, heightPx)) / count))
  const columns = Math.max(1, Math.round(widthPx / side))
  const rows = Math.max(1, Math.ceil(count / columns))
  return { columns, rows, heightPx: Math.min(heightPx, Math.ceil((rows * widthPx) / columns)) }
}
