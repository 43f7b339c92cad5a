'use client'

import type { ReactNode } from 'react'
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { CartesianGrid, Legend, Line, LineChart, Tooltip, XAxis, YAxis } from 'recharts'
import { useStore } from 'zustand'
import { HeldScale } from '../../lib/view/held-scale.ts'
import type { AxisScale } from '../../lib/view/nice-steps.ts'
import type { TimeTick } from '../../lib/view/time-ticks.ts'
import { ChartLegend } from './chart-legend.tsx'
import type { ChartModel } from './chart-model.ts'
import { needsTwoLines } from './chart-model.ts'
import { attachChartPointer } from './chart-pointer.ts'
import type { ChartStage } from './chart-stage.ts'
import { ChartTable } from './chart-table.tsx'
import { ChartTooltip } from './chart-tooltip.tsx'
import { SeriesLayer } from './series-layer.tsx'
import type { ChartScale } from './series-painter.ts'
import { SeriesPainter } from './series-painter.ts'
import type { SharedScale } from './shared-scale.ts'
import { axisTicks } from './stage-ticks.ts'
import { axisText } from './value-text.ts'

/** Room for the labels of the value axis, and right of the plot: the same for all pictures, so that times line up. */
export const AXIS_PX = 68
export const RIGHT_PX = 12
/** Room for title and legend: one line, or two where there are many series. */
const LEGEND_PX = 25
const LONG_LEGEND_PX = 42
const TIME_PX = 20
/** Recharts finds the place of its tooltip by these points; nothing is drawn of them. */
const TOOLTIP_POINTS = 120
const MARGIN = { top: 2, right: RIGHT_PX, bottom: 0, left: 0 }

interface SeriesChartProps {
  readonly stage: ChartStage
  readonly model: ChartModel
  readonly width: number
  readonly height: number
  readonly tile?: ChartTile | undefined
}

/** What a chart among many alike has of its own. Must be stable. */
export interface ChartTile {
  /** The axis that it shares with the others. */
  readonly scale: SharedScale
  /** In the place of title and legend. */
  readonly heading: ReactNode
  /** Heading and values need a line each. */
  readonly isNarrow: boolean
}

/** A chart of lines over the stage's time. React renders it when its axes change, not when values do. */
export const SeriesChart = memo(function SeriesChart({ stage, model, width, height, tile }: SeriesChartProps) {
  const figure = useRef<HTMLElement>(null)
  const metric = model.series[0]!.metric
  const zoom = useStore(stage.store, (state) => state.zoom)
  const liveSpan = useStore(stage.store, (state) => state.spanMs)
  const spanMs = zoom === null ? liveSpan : zoom.to - zoom.from
  const [held] = useState<ChartScale>(() => tile?.scale ?? new HeldScale(metric))
  const [scale, setScale] = useState(held.scale)
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const [painter] = useState(
    () =>
      new SeriesPainter({
        scale: held,
        marks: model.marks ?? (() => stage.marks),
        onScale: setScale,
        onEmpty: (empty) => figure.current?.toggleAttribute('data-empty', empty),
      }),
  )
  const ticks = useMemo(
    () => axisTicks(stage, liveSpan, zoom, width - AXIS_PX - RIGHT_PX),
    [stage, liveSpan, zoom, width],
  )
  const drawNow = useCallback(() => {
    if (figure.current !== null) stage.drawNow(figure.current)
  }, [stage])
  useEffect(() => {
    const element = figure.current
    if (element === null) return
    const undo = [stage.add(element, painter), attachChartPointer(element, stage, painter)]
    return () => {
      for (const one of undo) one()
    }
  }, [stage, painter])
  useEffect(() => {
    painter.setSeries(model.series, hidden)
    drawNow()
  }, [painter, model, hidden, drawNow])
  // Another stretch of time is another picture: its axis owes nothing to the one before.
  const shownSpan = useRef(spanMs)
  if (shownSpan.current !== spanMs) {
    shownSpan.current = spanMs
    held.reset()
  }
  const toggle = useCallback((key: string) => setHidden((before) => toggled(before, key)), [])
  return (
    <figure ref={figure} className="chart" data-chart={model.id} aria-label={model.title}>
      <ChartPicture
        {...{ stage, model, width, height, spanMs, scale, ticks, hidden, painter, toggle, drawNow, tile }}
      />
      <ChartTable model={model} painter={painter} />
    </figure>
  )
})

interface ChartPictureProps extends SeriesChartProps {
  readonly spanMs: number
  readonly scale: AxisScale
  readonly ticks: readonly TimeTick[]
  readonly hidden: ReadonlySet<string>
  readonly painter: SeriesPainter
  readonly toggle: (key: string) => void
  readonly drawNow: () => void
}

const ChartPicture = memo(function ChartPicture(props: ChartPictureProps) {
  const { stage, model, width, height, spanMs, scale, ticks, hidden, painter, toggle, drawNow, tile } = props
  const metric = model.series[0]!.metric
  const data = useMemo(
    () =>
      Array.from({ length: TOOLTIP_POINTS + 1 }, (_, index) => ({ t: -spanMs * (1 - index / TOOLTIP_POINTS), v: 0 })),
    [spanMs],
  )
  const twoLines = tile?.isNarrow ?? needsTwoLines(model, width)
  const labels = new Map(ticks.map(({ at, label }) => [at, label]))
  return (
    <LineChart width={width} height={height} data={data} margin={MARGIN} accessibilityLayer={false}>
      <CartesianGrid vertical={false} className="chart-grid" />
      <XAxis
        dataKey="t"
        type="number"
        domain={[-spanMs, 0]}
        ticks={ticks.map(({ at }) => at)}
        tickFormatter={(at: number) => labels.get(at) ?? ''}
        height={TIME_PX}
        interval={0}
        tickSize={3}
        tickMargin={4}
        allowDataOverflow
      />
      <YAxis
        type="number"
        domain={[scale.bottom, scale.top]}
        ticks={scale.ticks as number[]}
        tickFormatter={(value: number) => axisText(metric, value)}
        width={AXIS_PX}
        interval={0}
        tickLine={false}
        axisLine={false}
        tickMargin={4}
        allowDataOverflow
      />
      <Legend
        verticalAlign="top"
        height={twoLines ? LONG_LEGEND_PX : LEGEND_PX}
        content={<ChartLegend {...{ twoLines, model, painter, hidden }} onToggle={toggle} heading={tile?.heading} />}
      />
      <Tooltip
        cursor={false}
        isAnimationActive={false}
        filterNull={false}
        content={<ChartTooltip stage={stage} model={model} hidden={hidden} />}
      />
      {/* Without a line of its own Recharts makes no scales. */}
      <Line dataKey="v" stroke="none" dot={false} activeDot={false} isAnimationActive={false} legendType="none" />
      <SeriesLayer painter={painter} series={model.series} spanMs={spanMs} scale={scale} onPlaced={drawNow} />
    </LineChart>
  )
})

function toggled(before: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const after = new Set(before)
  if (!after.delete(key)) after.add(key)
  return after
}
