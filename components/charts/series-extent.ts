import { firstFrom } from '../../lib/view/point-series.ts'
import type { ChartSeries } from './chart-model.ts'
import type { TimeStretch } from './chart-stage.ts'

/** Least and greatest value of some series within a stretch; `high` is NaN when nothing is known. */
export type Extent = readonly [low: number, high: number]

export function extentOf(series: readonly ChartSeries[], { from, to }: TimeStretch): Extent {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NaN]
  for (const { parts } of series) {
    for (const { track, index } of parts) {
      const values = track.series[index]!
      for (let i = firstFrom(track, from); i < track.count && track.times[i]! <= to; i++) {
        const value = values.high[i]!
        if (value > high || (Number.isNaN(high) && !Number.isNaN(value))) high = value
        if (values.low[i]! < low) low = values.low[i]!
      }
    }
  }
  return [low, high]
}
