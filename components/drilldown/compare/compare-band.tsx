'use client'

import { useEffect, useId, useMemo, useState } from 'react'
import { findMetric } from '../../../lib/metrics/catalogue.ts'
import { formatDomainName } from '../../../lib/view/compare-choice.ts'
import type { ChartStage } from '../../charts/chart-stage.ts'
import { SharedScale } from '../../charts/shared-scale.ts'
import type { ComparePlan } from './compare-charts.ts'
import { compareChart } from './compare-charts.ts'
import { CompareTile } from './compare-tile.tsx'
import type { ComparedDomain } from './compare-views.ts'
import { TILE_GAP_PX, tileSize } from './tile-size.ts'

interface CompareBandProps {
  readonly stage: ChartStage
  readonly plan: ComparePlan
  readonly compared: readonly ComparedDomain[]
  /** Another number when tracks came or went. */
  readonly version: number
  readonly width: number
}

/** All domains by one metric: one chart each, on one scale. */
export function CompareBand({ stage, plan, compared, version, width }: CompareBandProps) {
  const titleId = useId()
  const [scale] = useState(() => new SharedScale(findMetric(plan.series[0]![0])!))
  // biome-ignore lint/correctness/useExhaustiveDependencies: tracks are mutated in place; the version says when.
  useEffect(() => {
    scale.setMembers(compared.flatMap((one) => compareChart(one, plan).series))
    stage.redraw()
  }, [scale, compared, plan, version, stage])
  const size = useMemo(() => tileSize(width, compared.length), [width, compared.length])
  return (
    <section className="group compare-band" data-metric={plan.id} aria-labelledby={titleId}>
      <div className="band-head">
        <h3 id={titleId} title={plan.hint}>
          {plan.title}
        </h3>
        {plan.series.map(([metric, label, colour]) => (
          <span key={metric} className="band-series" title={findMetric(metric)?.description}>
            <span className="swatch" data-colour={colour} aria-hidden="true" />
            {label}
          </span>
        ))}
      </div>
      {width === 0 ? null : (
        <div
          className="chart-grid-box"
          style={{ gridTemplateColumns: `repeat(${size.columns}, ${size.width}px)`, gap: `8px ${TILE_GAP_PX}px` }}
        >
          {compared.map((one) => (
            <CompareTile key={formatDomainName(one.domain)} compared={one} {...{ stage, plan, scale, size }} />
          ))}
        </div>
      )}
    </section>
  )
}
