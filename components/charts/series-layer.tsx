'use client'

import { useLayoutEffect, useRef } from 'react'
import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts'
import type { AxisScale } from '../../lib/view/nice-steps.ts'
import type { ChartSeries } from './chart-model.ts'
import type { SeriesPainter } from './series-painter.ts'

interface SeriesLayerProps {
  readonly painter: SeriesPainter
  readonly series: readonly ChartSeries[]
  readonly spanMs: number
  readonly scale: AxisScale
  /** The axes moved: draw. */
  readonly onPlaced: () => void
}

/** The nodes that the painter draws into, inside the picture of Recharts, on its axes. */
export function SeriesLayer({ painter, series, spanMs, scale, onPlaced }: SeriesLayerProps) {
  const plot = usePlotArea()
  const xScale = useXAxisScale()
  const yScale = useYAxisScale()
  const root = useRef<SVGGElement>(null)
  const left = Number(xScale?.(-spanMs))
  const right = Number(xScale?.(0))
  const top = Number(yScale?.(scale.top))
  const bottom = Number(yScale?.(scale.bottom))
  const placed = plot !== undefined && [left, right, top, bottom].every(Number.isFinite) && right > left
  useLayoutEffect(() => {
    painter.setBox(placed ? { left, top, width: right - left, height: bottom - top } : null)
    const group = root.current
    if (group === null) return
    const find = <T extends SVGElement>(selector: string): T | null => group.querySelector<T>(selector)
    painter.setOverlay(
      { event: find('.mark.event'), reset: find('.mark.reset'), handover: find('.mark.handover') },
      find('.chart-cursor'),
      find('.chart-brush'),
    )
    const lines = group.querySelectorAll<SVGPathElement>('.series-line')
    const bands = group.querySelectorAll<SVGPathElement>('.series-band')
    for (const [index, { key }] of series.entries()) painter.setPaths(key, lines[index] ?? null, bands[index] ?? null)
    onPlaced()
  }, [painter, series, placed, left, right, top, bottom, onPlaced])
  return (
    <g ref={root} className="series">
      {series.map(({ key, colour }) => (
        <path key={`band ${key}`} className="series-band" data-colour={colour} />
      ))}
      <path className="mark event" />
      <path className="mark reset" />
      <path className="mark handover" />
      {series.map(({ key, colour }) => (
        <path key={key} className="series-line" data-colour={colour} />
      ))}
      <rect className="chart-brush" y={top || 0} height={Math.max(0, bottom - top) || 0} x={0} width={0} />
      <line className="chart-cursor" x1={-10} x2={-10} y1={top || 0} y2={bottom || 0} />
    </g>
  )
}
