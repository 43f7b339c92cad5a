import type { DetailMark } from '../live/live-detail.ts'
import type { ChartSeries } from './chart-model.ts'

/** Whether a mark belongs on a chart of these lines: one of a vCPU, disk or NIC does only where a line is of it. */
export function isOfChart({ of }: DetailMark, series: readonly ChartSeries[]): boolean {
  if (of === undefined) return true
  return series.some(({ parts }) =>
    parts.some(({ track }) => track.entity === of.entity && track.identity === of.identity),
  )
}

/** The tooltip has room for so many. */
const MOST_LABELS = 4

/**
 * What the marks within `near` of a moment are called, in their order; where there are too many, those nearest to it.
 *
 * @param near - In the unit of the moments.
 */
export function labelsNear(marks: readonly DetailMark[], at: number, near: number): readonly string[] {
  const distance = (mark: DetailMark) => Math.abs(mark.at - at)
  const nearest = marks.filter((mark) => distance(mark) <= near).sort((a, b) => distance(a) - distance(b))
  const told = new Set([...new Set(nearest.map(({ label }) => label))].slice(0, MOST_LABELS))
  return [...new Set(marks.filter((mark) => distance(mark) <= near).map(({ label }) => label))].filter((label) =>
    told.has(label),
  )
}
