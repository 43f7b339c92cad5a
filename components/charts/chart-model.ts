import type { Metric } from '../../lib/metrics/types.ts'
import type { DetailMark, DetailTrack } from '../live/live-detail.ts'

/** A stretch of a series: after a migration a line has one part of each host. */
export interface SeriesPart {
  readonly track: DetailTrack
  /** Place in the track's series. */
  readonly index: number
}

/** One line of a chart. */
export interface ChartSeries {
  /** Unique within the chart. */
  readonly key: string
  readonly label: string
  readonly metric: Metric
  /** Number of its colour, 1 to 8. */
  readonly colour: number
  readonly parts: readonly SeriesPart[]
}

/** What one chart shows. All its series share the unit of the first. */
export interface ChartModel {
  /** Stable: part of ids and tests. */
  readonly id: string
  readonly title: string
  readonly series: readonly ChartSeries[]
  /** A sentence under the pointer: what the numbers mean. */
  readonly hint: string
  /** What must be said beside the values: `incl. own CPU cap`. Empty as a rule. */
  readonly note: string
  /** Stands in the plot while it is empty: why. */
  readonly whyEmpty: string
  /** The marks on this chart where they are not those of the whole stage. Must be stable. */
  readonly marks?: () => readonly DetailMark[]
}

export const COLOURS = 8
/** About what a letter of a legend is wide, and what a value with its swatch takes besides the label. */
const LETTER_PX = 5.7
const VALUE_PX = 76

/** Whether title, labels and values need a second line in a chart of this width. */
export function needsTwoLines({ title, series, note }: ChartModel, width: number): boolean {
  const wanted = series.reduce(
    (sum, { label }) => sum + label.length * LETTER_PX + VALUE_PX,
    title.length * 7 + note.length * LETTER_PX + 30,
  )
  return wanted > width
}
