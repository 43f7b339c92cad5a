import type { PointTimes } from './point-series.ts'
import { firstFrom } from './point-series.ts'

/** The time axis of a raster: columns of equal time, the first of which begins at `from`. */
export interface RasterTime {
  readonly from: number
  readonly columnMs: number
  readonly columns: number
}

/**
 * The columns that show a stretch of time: as many as asked for, beginning at a whole multiple of their width, so that
 * what a column holds stays the same while the picture moves.
 */
export function rasterTime(from: number, to: number, columns: number): RasterTime {
  const columnMs = (to - from) / columns
  return { from: Math.floor(from / columnMs) * columnMs, columnMs, columns: columns + 1 }
}

/**
 * Writes the greatest value of each column into `out` from `at` on; NaN where nothing is known.
 *
 * @remarks A point fills every column that it stands for the middle of, and at least the one in which it ends.
 */
export function rasterRow(
  points: PointTimes,
  values: Float64Array,
  { from, columnMs, columns }: RasterTime,
  out: Float32Array,
  at: number,
): void {
  out.fill(Number.NaN, at, at + columns)
  const { count, times, spans } = points
  // Multiplied, not divided: an eighth less time for 512 rows.
  const columnsPerMs = 1 / columnMs
  for (let i = firstFrom(points, from); i < count; i++) {
    const value = values[i]!
    if (Number.isNaN(value)) continue
    const end = (times[i]! - from) * columnsPerMs
    const begin = end - spans[i]! * columnsPerMs
    // A hair before the end: a point that ends on a border belongs to what was, not to what comes.
    const last = Math.floor(end - 1e-6)
    if (last >= columns && begin >= columns) break
    // A hair here too, so that a middle on a border falls the same way at all times.
    let column = Math.min(last, Math.max(0, Math.floor(begin + 0.5 + 1e-6)))
    for (; column <= last && column < columns; column++) {
      const present = out[at + column]!
      if (!(present >= value)) out[at + column] = value
    }
  }
}

/** Steps of a colour scale. */
export const COLOUR_STEPS = 256

/** Colours the cells of a raster through a table of {@link COLOUR_STEPS} words; what is unknown gets `unknown`. */
export function colourCells(
  cells: Float32Array,
  greatest: number,
  colours: Uint32Array,
  unknown: number,
  out: Uint32Array,
): void {
  const scale = (COLOUR_STEPS - 1) / greatest
  for (let i = 0; i < cells.length; i++) {
    const value = cells[i]!
    if (Number.isNaN(value)) out[i] = unknown
    else out[i] = colours[value >= greatest ? COLOUR_STEPS - 1 : value <= 0 ? 0 : (value * scale + 0.5) | 0]!
  }
}

/**
 * Cividis by its published polynomials: dark blue to yellow, even steps of lightness, the same for all common kinds of
 * colour vision. Words as canvas pixels have them on a little-endian machine: alpha, blue, green, red.
 */
export function cividis(): Uint32Array {
  const words = new Uint32Array(COLOUR_STEPS)
  for (let i = 0; i < COLOUR_STEPS; i++) {
    const t = i / (COLOUR_STEPS - 1)
    const red = byte(-4.54 - t * (35.34 - t * (2381.73 - t * (6402.7 - t * (7024.72 - t * 2710.57)))))
    const green = byte(32.49 + t * (170.73 + t * (52.82 - t * (131.46 - t * (176.58 - t * 67.37)))))
    const blue = byte(81.24 + t * (442.36 - t * (2482.43 - t * (6167.24 - t * (6614.94 - t * 2475.67)))))
    words[i] = (255 << 24) | (blue << 16) | (green << 8) | red
  }
  return words
}

function byte(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)))
}
