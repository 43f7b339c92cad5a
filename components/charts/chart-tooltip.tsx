'use client'

import { useEffect, useReducer } from 'react'
import { ageText } from '../../lib/view/age-text.ts'
import { clockText } from '../../lib/view/time-ticks.ts'
import { SafeText } from '../ui/safe-text.tsx'
import { isOfChart, labelsNear } from './chart-marks.ts'
import type { ChartModel } from './chart-model.ts'
import type { ChartStage } from './chart-stage.ts'
import { textAt } from './value-text.ts'

interface ChartTooltipProps {
  readonly stage: ChartStage
  readonly model: ChartModel
  readonly hidden: ReadonlySet<string>
  /** Given by Recharts: the pointer is over the plot. */
  readonly active?: boolean
}

/** What the chart under the pointer shows at the cursor: when, each series, and the marks nearby. */
export function ChartTooltip({ stage, model, hidden, active = false }: ChartTooltipProps) {
  const [, render] = useReducer((count: number) => count + 1, 0)
  useEffect(() => (active ? stage.onCursor(render) : undefined), [active, stage])
  const { cursor, time } = stage
  if (!active || cursor === null) return null
  const at = time.to + cursor
  return (
    <div className="chart-tooltip">
      <div className="tooltip-time">{momentText(stage, cursor)}</div>
      {model.series
        .filter(({ key }) => !hidden.has(key))
        .map((series) => (
          <div key={series.key} className="tooltip-line">
            <span className="swatch" data-colour={series.colour} />
            <SafeText text={series.label} />
            <b>{textAt(series, at)}</b>
          </div>
        ))}
      {marksNear(stage, model, at).map((label) => (
        <div key={label} className="tooltip-mark">
          <SafeText text={label} />
        </div>
      ))}
    </div>
  )
}

/** `14:03:20, 32 s ago` of a cursor; the age only where the axis ends now. */
export function momentText(stage: ChartStage, cursor: number): string {
  const { to } = stage.time
  const wall = to + cursor + stage.wallOffsetMs
  const clock = clockText(wall - new Date(wall).getTimezoneOffset() * 60_000)
  return stage.store.getState().zoom === null ? `${clock}, ${ageText(-cursor)} ago` : clock
}

/** Marks within two hundredths of the axis. */
function marksNear(stage: ChartStage, model: ChartModel, at: number): readonly string[] {
  const { from, to } = stage.time
  const marks = model.marks?.() ?? stage.marks
  const shown = marks.filter((mark) => isOfChart(mark, model.series))
  return labelsNear(shown, at, (to - from) / 50)
}
