import type { ChartSeries, SeriesPart } from '../../charts/chart-model.ts'
import type { DetailTrack } from '../../live/live-detail.ts'
import { partsOf } from '../charts/chart-groups.ts'

const HEADLINE = [
  'cpuPercent',
  'stealWorstPercent',
  'memoryUsedPercent',
  'diskIops',
  'diskLatencyNs',
  'netRxBps',
  'netTxBps',
]

/** The series that are read out at the cursor: one of each kind, those that the domain has. */
export function headlineOf(tracks: readonly DetailTrack[]): readonly ChartSeries[] {
  const own = tracks.filter(({ entity }) => entity === 'domain')
  return HEADLINE.flatMap((id): ChartSeries[] => {
    const parts = partsOf(own, id)
    const metric = parts[0]?.track.series[parts[0].index]?.metric
    return metric === undefined ? [] : [{ key: id, label: metric.label, metric, colour: 1, parts }]
  })
}

/** Where the values of one of the domain's own metrics are. */
export function domainParts(tracks: readonly DetailTrack[], metric: string): readonly SeriesPart[] {
  return partsOf(
    tracks.filter(({ entity }) => entity === 'domain'),
    metric,
  )
}
