/**
 * Tallest spacer that every browser scrolls to its end: Firefox ignores heights above 17.9 million pixels. Beyond it the
 * scroll bar is compressed: one pixel of it stands for more than one pixel of rows.
 */
export const MAX_SPACER_PX = 16_000_000
/** Rows painted above and below the visible ones while the grid scrolls, so that it shows no blank. */
export const OVERSCAN_ROWS = 6
/** The same while it rests: enough for the first frame of a scroll. Each such row costs as much as one that shows. */
export const RESTING_OVERSCAN_ROWS = 2

export interface RowExtent {
  readonly rowCount: number
  readonly rowHeight: number
  /** Height of the part of the scroller in which rows show. */
  readonly viewportPx: number
}

export interface RowWindow {
  /** First row to paint. */
  readonly first: number
  /** One more than the last row to paint. */
  readonly end: number
  /** Where row `first` stands in the spacer, in pixels; the others follow without gaps. */
  readonly top: number
  /** First row that shows at least in part. */
  readonly firstVisible: number
}

/** Height of the spacer that gives the scroll bar its range. */
export function spacerHeight(extent: RowExtent): number {
  return Math.min(extent.rowCount * extent.rowHeight, MAX_SPACER_PX)
}

/** Rows that the pool must hold: those visible at once, two cut ones, and the overscan on both sides. */
export function poolSize(viewportPx: number, rowHeight: number): number {
  return Math.ceil(viewportPx / rowHeight) + 1 + 2 * OVERSCAN_ROWS
}

/** Which rows to paint at a scroll position, and where; `overscan` is at most {@link OVERSCAN_ROWS}. */
export function windowAt(extent: RowExtent, scrollTop: number, overscan = OVERSCAN_ROWS): RowWindow {
  const { rowCount, rowHeight, viewportPx } = extent
  const offset = rowOffsetAt(extent, scrollTop)
  const firstVisible = Math.max(0, Math.min(rowCount - 1, Math.floor(offset / rowHeight)))
  const first = Math.max(0, firstVisible - overscan)
  const end = Math.min(rowCount, firstVisible + Math.ceil(viewportPx / rowHeight) + 1 + overscan)
  return { first, end, top: scrollTop + (first * rowHeight - offset), firstVisible }
}

/** Pixels of rows above the top edge of the viewport. Equals `scrollTop` unless the scroll bar is compressed. */
export function rowOffsetAt(extent: RowExtent, scrollTop: number): number {
  return clamp(scrollTop, 0, scrollRange(extent)) * compression(extent)
}

/** The scroll position at which `rowOffset` pixels of rows are above the top edge. */
export function scrollTopFor(extent: RowExtent, rowOffset: number): number {
  return clamp(rowOffset / compression(extent), 0, scrollRange(extent))
}

/**
 * The scroll position that shows a row whole, moving as little as possible.
 *
 * @returns `scrollTop` itself when the row is already visible.
 */
export function scrollTopToShow(extent: RowExtent, scrollTop: number, row: number): number {
  const offset = rowOffsetAt(extent, scrollTop)
  const top = row * extent.rowHeight
  if (top < offset) return scrollTopFor(extent, top)
  const bottom = top + extent.rowHeight
  return bottom > offset + extent.viewportPx ? scrollTopFor(extent, bottom - extent.viewportPx) : scrollTop
}

/** The scroll position at which a row that moved from one place to another stays at the same height on the screen. */
export function scrollTopAfterMove(extent: RowExtent, scrollTop: number, from: number, to: number): number {
  return from === to ? scrollTop : scrollTopFor(extent, rowOffsetAt(extent, scrollTop) + (to - from) * extent.rowHeight)
}

function scrollRange(extent: RowExtent): number {
  return Math.max(0, spacerHeight(extent) - extent.viewportPx)
}

function compression(extent: RowExtent): number {
  const rowsPx = extent.rowCount * extent.rowHeight
  if (rowsPx <= MAX_SPACER_PX) return 1
  return (rowsPx - extent.viewportPx) / (MAX_SPACER_PX - extent.viewportPx)
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value))
}
