'use client'

import type { ChartModel } from '../charts/chart-model.ts'
import type { ChartStage } from '../charts/chart-stage.ts'
import { SeriesChart } from '../charts/series-chart.tsx'

const LEAST_CHART_PX = 400
const GAP_PX = 14
const CHART_PX = 138

/** How many charts stand side by side in a width, and how wide each is. */
export function columnsIn(width: number): { readonly columns: number; readonly chartPx: number } {
  const columns = Math.max(1, Math.floor((width + GAP_PX) / (LEAST_CHART_PX + GAP_PX)))
  return { columns, chartPx: Math.floor((width - GAP_PX * (columns - 1)) / columns) }
}

interface ChartGridProps {
  readonly stage: ChartStage
  readonly charts: readonly ChartModel[]
  readonly width: number
}

/** Charts of one group, as many beside each other as there is room for. */
export function ChartGrid({ stage, charts, width }: ChartGridProps) {
  const { columns, chartPx } = columnsIn(width)
  if (width === 0) return null
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
          height={CHART_PX}
        />
      ))}
    </div>
  )
}
