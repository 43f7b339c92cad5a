/** Room between charts. */
export const TILE_GAP_PX = 14
/** No chart is narrower, and beyond this more charts are better than wider ones, as long as the window is not wide. */
const LEAST_TILE_PX = 225
const COMFORTABLE_TILE_PX = 420
/** A wide window has about so many beside each other. */
const WISHED_COLUMNS = 8
const MOST_TILE_PX = 760
/** Below this width the name of the domain and its values need a line each. */
const NARROW_PX = 330
const LEAST_HEIGHT_PX = 124
const MOST_HEIGHT_PX = 210
const HEIGHT_OF_WIDTH = 0.42
/** A second line above the plot. */
const LINE_PX = 17

export interface TileSize {
  readonly columns: number
  readonly width: number
  readonly height: number
  readonly isNarrow: boolean
}

/** How `count` charts of one axis fit a width: rows as equally full as can be, all charts of one size. */
export function tileSize(width: number, count: number): TileSize {
  const least = Math.max(LEAST_TILE_PX, Math.min(COMFORTABLE_TILE_PX, width / WISHED_COLUMNS))
  const most = Math.max(1, Math.floor((width + TILE_GAP_PX) / (least + TILE_GAP_PX)))
  const rows = Math.max(1, Math.ceil(count / most))
  const columns = Math.max(1, Math.ceil(count / rows))
  const tile = Math.max(1, Math.min(MOST_TILE_PX, Math.floor((width - TILE_GAP_PX * (columns - 1)) / columns)))
  const isNarrow = tile < NARROW_PX
  const height = Math.round(Math.max(LEAST_HEIGHT_PX, Math.min(MOST_HEIGHT_PX, tile * HEIGHT_OF_WIDTH)))
  return { columns, width: tile, height: isNarrow ? height + LINE_PX : height, isNarrow }
}
