import type { DetailMark } from '../live/live-detail.ts'
import type { ChartSeries } from './chart-model.ts'

/** Whether a mark belongs on a chart of these lines: one of a vCPU, disk or NIC does only where a line is of it. */
export function isOfChart({ of }: DetailMark, series: readonly ChartSeries[]): boolean {
  if (of === undefined) return true
  return series.some(({ parts }) =>
    parts.some(({ track }) => track.entity === of.entity && track.identity === of.identity),
  )
}
