'use client'

import { memo, useMemo } from 'react'
import { useStore } from 'zustand'
import type { ChartStage } from '../../charts/chart-stage.ts'
import type { ChartTile } from '../../charts/series-chart.tsx'
import { SeriesChart } from '../../charts/series-chart.tsx'
import type { SharedScale } from '../../charts/shared-scale.ts'
import { DomainLink } from '../header/domain-link.tsx'
import { refusalText } from '../header/fact-lines.ts'
import type { ComparePlan } from './compare-charts.ts'
import { compareChart } from './compare-charts.ts'
import type { ComparedDomain } from './compare-views.ts'
import type { TileSize } from './tile-size.ts'

interface CompareTileProps {
  readonly stage: ChartStage
  readonly compared: ComparedDomain
  readonly plan: ComparePlan
  readonly scale: SharedScale
  readonly size: TileSize
}

/** One domain by one metric: a chart among many on the same axes. */
export const CompareTile = memo(function CompareTile({ stage, compared, plan, scale, size }: CompareTileProps) {
  const { width, height, isNarrow } = size
  const state = useStore(compared.view.store)
  const { tracksVersion, name, status } = state
  // Tracks are mutated in place; their version says when there are other ones, and the name is in the caption.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version and the name stand for what is read.
  const model = useMemo(() => compareChart(compared, plan), [compared, plan, tracksVersion, name])
  const tile = useMemo(
    (): ChartTile => ({ scale, isNarrow, heading: <DomainLink compared={compared} isTitle /> }),
    [scale, isNarrow, compared],
  )
  if (model.series.length === 0)
    return (
      <div className="tile-empty" style={{ height }}>
        <DomainLink compared={compared} isTitle />
        <p className="group-none">
          {status === 'opening' ? 'Opening …' : (refusalText(state.facts) ?? 'Not known yet.')}
        </p>
      </div>
    )
  return <SeriesChart key={model.series.map(({ key }) => key).join(' ')} {...{ stage, model, width, height, tile }} />
})
