'use client'

import type { ChartModel } from '../../charts/chart-model.ts'
import { needsTwoLines } from '../../charts/chart-model.ts'
import type { ChartStage } from '../../charts/chart-stage.ts'
import { SeriesChart } from '../../charts/series-chart.tsx'

const LEAST_CHART_PX = 400
const MOST_CHART_PX = 1100
const GAP_PX = 14
const CHART_PX = 138
/** A chart of many series has a second line of legend. */
const TALL_CHART_PX = 155

/**
 * How many of `count` charts stand side by side in a width, and how wide each is: rows are equally full, so that three
 * and two stand under each other rather than four and one.
 */
export function columnsIn(width: number, count: number): { readonly columns: number; readonly chartPx: number } {
  const most = Math.max(1, Math.floor((width + GAP_PX) / (LEAST_CHART_PX + GAP_PX)))
  const rows = Math.ceil(count / most)
  const columns = Math.max(1, Math.ceil(count / Math.max(1, rows)))
  return { columns, chartPx: Math.min(MOST_CHART_PX, Math.floor((width - GAP_PX * (columns - 1)) / columns)) }
}

interface ChartGridProps {
  readonly stage: ChartStage
  readonly charts: readonly ChartModel[]
  readonly width: number
}

/** Charts of one group, as many beside each other as there is room for. */
export function ChartGrid({ stage, charts, width }: ChartGridProps) {
  const { columns, chartPx } = columnsIn(width, charts.length)
  if (width === 0 || charts.length === 0) return null
  return (
    <div
      className="chart-grid-box"
      style={{ gridTemplateColumns: `repeat(${columns}, ${chartPx}px)`, gap: `8px ${GAP_PX}px` }}
    >
      {charts.map((model) => (
        // Another set of lines is another chart: nodes and axis belong to the lines.
        <SeriesChart
          key={`${model.id} ${model.series.map(({ key }) => key).join(' ')}`}
          stage={stage}
          model={model}
          width={chartPx}
          height={needsTwoLines(model, chartPx) ? TALL_CHART_PX : CHART_PX}
        />
      ))}
    </div>
  )
}
