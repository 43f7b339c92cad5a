import { formatMetric, UNKNOWN_TEXT } from '../../lib/metrics/format.ts'
import type { Metric } from '../../lib/metrics/types.ts'
import { pointAt, summarizeSeries } from '../../lib/view/point-series.ts'
import type { ChartSeries } from './chart-model.ts'
import type { TimeStretch } from './chart-stage.ts'

/** A label of a value axis: its values are round, so decimals that say nothing are left out, and words of units too. */
export function axisText(metric: Metric, value: number): string {
  if (value === 0) return '0'
  return (
    formatMetric(metric, value)
      .replace(/(\.\d*?)0+(?= |$)/, '$1')
      .replace(/\.(?= |$)/, '')
      .replace(/ (cores|req)$/, '')
      // Recharts breaks labels at spaces; this one does not break.
      .replaceAll(' ', '\u00a0')
  )
}

/** The value of a series at a moment; least and greatest where its points stand for several samples. */
export function textAt({ metric, parts }: ChartSeries, at: number): string {
  for (const { track, index } of parts) {
    const point = pointAt(track, at)
    if (point < 0) continue
    const { low, high } = track.series[index]!
    return rangeText(formatMetric(metric, low[point]!), formatMetric(metric, high[point]!))
  }
  return UNKNOWN_TEXT
}

/** The newest value, as long as it is from the end of the stretch: older ones are not now. */
export function newestText(series: ChartSeries, { to }: TimeStretch): string {
  const { metric, parts } = series
  let newest = Number.NEGATIVE_INFINITY
  let text = UNKNOWN_TEXT
  for (const { track, index } of parts) {
    let last = track.count - 1
    while (last >= 0 && track.times[last]! > to) last--
    if (last < 0 || track.times[last]! <= newest) continue
    newest = track.times[last]!
    const { low, high } = track.series[index]!
    const late = to - newest > Math.max(LATE_MS, 3 * track.spans[last]!)
    text = late ? UNKNOWN_TEXT : rangeText(formatMetric(metric, low[last]!), formatMetric(metric, high[last]!))
  }
  return text
}

/** A value this old is not shown as the present one, whatever the interval. */
const LATE_MS = 5000

function rangeText(low: string, high: string): string {
  if (low === high) return high
  const unit = high.slice(high.lastIndexOf(' '))
  return low.endsWith(unit) ? `${low.slice(0, -unit.length)} – ${high}` : `${low} – ${high}`
}

/** Least, greatest and mean within the stretch, as texts. */
export function summaryTexts(
  { metric, parts }: ChartSeries,
  { from, to }: TimeStretch,
): readonly [string, string, string] {
  let [least, greatest, sum, count] = [Number.NaN, Number.NaN, 0, 0]
  for (const { track, index } of parts) {
    const part = summarizeSeries(track, track.series[index]!, from, to)
    if (part.weightMs === 0) continue
    least = Number.isNaN(least) ? part.least : Math.min(least, part.least)
    greatest = Number.isNaN(greatest) ? part.greatest : Math.max(greatest, part.greatest)
    sum += part.mean * part.weightMs
    count += part.weightMs
  }
  const mean = count === 0 ? Number.NaN : sum / count
  return [formatMetric(metric, least), formatMetric(metric, greatest), formatMetric(metric, mean)]
}
