/** Moments of the points of a track: when each ends and how much time it stands for, ms of one clock. */
export interface PointTimes {
  readonly count: number
  readonly times: Float64Array
  readonly spans: Float64Array
}

/** The values of one series of a track: least and greatest within each point, NaN where nothing is known. */
export interface PointValues {
  readonly low: Float64Array
  readonly high: Float64Array
}

/** Two points closer than this have no gap between them: clocks and rounding are not that exact. */
const SEAM_MS = 20

/** Whether the point begins later than the one before it ended. The first point follows nothing. */
export function followsGap({ times, spans }: PointTimes, index: number): boolean {
  return index > 0 && times[index]! - spans[index]! > times[index - 1]! + SEAM_MS
}

/** The first point that ends at or after `at`; `count` when there is none. */
export function firstFrom({ count, times }: PointTimes, at: number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (times[middle]! < at) low = middle + 1
    else high = middle
  }
  return low
}

/** The point that stands for a moment; -1 in a gap, before the first point and after the last. */
export function pointAt(points: PointTimes, at: number): number {
  const index = firstFrom(points, at)
  return index < points.count && points.times[index]! - points.spans[index]! <= at + SEAM_MS ? index : -1
}

/** What a series amounts to within a stretch of time. */
export interface SeriesSummary {
  /** NaN, as the others, when nothing is known. */
  readonly least: number
  readonly greatest: number
  /** Weighted with the time that each point stands for. */
  readonly mean: number
  /** Time for which something is known, in ms. */
  readonly weightMs: number
}

const NOTHING: SeriesSummary = { least: Number.NaN, greatest: Number.NaN, mean: Number.NaN, weightMs: 0 }

/** Sums up the points that end within `from` and `to`. */
export function summarizeSeries(points: PointTimes, values: PointValues, from: number, to: number): SeriesSummary {
  const { low, high } = values
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  let [sum, weightMs] = [0, 0]
  for (let i = firstFrom(points, from); i < points.count && points.times[i]! <= to; i++) {
    if (Number.isNaN(high[i]!)) continue
    if (low[i]! < least) least = low[i]!
    if (high[i]! > greatest) greatest = high[i]!
    sum += ((low[i]! + high[i]!) / 2) * points.spans[i]!
    weightMs += points.spans[i]!
  }
  return weightMs === 0 ? NOTHING : { least, greatest, mean: sum / weightMs, weightMs }
}
