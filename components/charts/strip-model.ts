import type { Metric } from '../../lib/metrics/types.ts'
import type { SeriesPart } from './chart-model.ts'

/** One row of a strip: a vCPU, its parts on each host in turn. */
export interface StripRow {
  readonly identity: string
  readonly parts: readonly SeriesPart[]
}

/** What a strip shows. */
export interface StripModel {
  readonly metric: Metric
  readonly rows: readonly StripRow[]
  /** Height of a row in pixels, whole. */
  readonly rowPx: number
  /** The brightest colour is the greatest value that shows, also where colours could always mean the same. */
  readonly isStretched: boolean
}

/** The greatest value of colours that always mean the same; null follows the values. */
export function fixedTop({ id }: Metric): number | null {
  return id === 'vcpuPercent' ? 100 : null
}
