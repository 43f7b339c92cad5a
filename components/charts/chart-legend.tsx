'use client'

import type { ReactNode } from 'react'
import { UNKNOWN_TEXT } from '../../lib/metrics/format.ts'
import { SafeText } from '../ui/safe-text.tsx'
import type { ChartModel } from './chart-model.ts'
import type { SeriesPainter } from './series-painter.ts'

interface ChartLegendProps {
  readonly model: ChartModel
  readonly painter: SeriesPainter
  readonly twoLines: boolean
  readonly hidden: ReadonlySet<string>
  readonly onToggle: (key: string) => void
  /** Stands in the place of the title; the series are named elsewhere then, and all of them show. */
  readonly heading?: ReactNode
}

/** Title and series with their values, now or at the cursor; a click hides a series. The painter writes the values. */
export function ChartLegend({ model, painter, twoLines, hidden, onToggle, heading }: ChartLegendProps) {
  if (heading !== undefined) return <TileLegend {...{ model, painter, twoLines, heading }} />
  return (
    <div className="chart-legend" data-many={twoLines ? '' : undefined} data-why={model.whyEmpty}>
      <span className="chart-title" title={model.hint} aria-hidden="true">
        {model.title}
      </span>
      {model.note === '' ? null : <span className="chart-note">{model.note}</span>}
      {model.series.map(({ key, label, colour, metric }) => (
        <button
          type="button"
          key={key}
          className="legend-item"
          aria-pressed={!hidden.has(key)}
          title={metric.description}
          onClick={() => onToggle(key)}
        >
          <span className="swatch" data-colour={colour} aria-hidden="true" />
          <SafeText text={label} />
          <span className="legend-value" aria-hidden="true" ref={(element) => painter.setValue(key, element)}>
            {UNKNOWN_TEXT}
          </span>
        </button>
      ))}
    </div>
  )
}

/** The heading of a chart among many alike, and its values. */
function TileLegend({ model, painter, twoLines, heading }: Omit<ChartLegendProps, 'hidden' | 'onToggle'>) {
  return (
    <div className="tile-legend" data-narrow={twoLines ? '' : undefined} data-why={model.whyEmpty}>
      {heading}
      <span className="tile-values" aria-hidden="true">
        {model.series.map(({ key, label, colour }) => (
          <span key={key} className="tile-value" title={label}>
            <span className="swatch" data-colour={colour} />
            <span className="legend-value" ref={(element) => painter.setValue(key, element)}>
              {UNKNOWN_TEXT}
            </span>
          </span>
        ))}
      </span>
    </div>
  )
}
