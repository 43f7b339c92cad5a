'use client'

import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { DetailRangeName } from '../../../lib/view/detail-choice.ts'
import { displayText } from '../../../lib/view/display-text.ts'
import type { ChartSeries } from '../../charts/chart-model.ts'
import { browserStageClock, ChartStage } from '../../charts/chart-stage.ts'
import { useFeedState } from '../../live/use-fleet.tsx'
import { usePage, useViewStore } from '../../shell/view-context.tsx'
import { followStage } from '../charts/follow-stage.ts'
import { spanOf } from '../charts/range-span.ts'
import { TimeBar } from '../charts/time-bar.tsx'
import { useWidth } from '../use-width.ts'
import { CompareBand } from './compare-band.tsx'
import { COMPARE_PLANS, compareChart } from './compare-charts.ts'
import type { ComparedDomain, CompareViews } from './compare-views.ts'
import { MetricChooser } from './metric-chooser.tsx'
import { TILE_PIXELS } from './use-compare-views.ts'

/** Several domains over one stretch of time, with one cursor: a band for each metric, a chart for each domain. */
export function Compare({ views }: { readonly views: CompareViews }) {
  const store = useViewStore()
  const range = usePage((page) => page.view.detail.range)
  const metrics = usePage((page) => page.view.compare.metrics)
  const paused = useFeedState((state) => state.paused)
  const keptMs = useStore(views.store, (state) => state.keptMs)
  const compared = useStore(views.store, (state) => state.compared)
  const version = useStore(views.store, (state) => state.version)
  const [stage] = useState(() => new ChartStage(views, browserStageClock, spanOf(range, views.store.getState().keptMs)))
  const content = useRef<HTMLDivElement>(null)
  const width = useWidth(content)
  useEffect(() => stage.start(), [stage])
  useEffect(() => stage.setPaused(paused), [stage, paused])
  useEffect(() => followStage(stage, views, store, TILE_PIXELS), [stage, views, store])
  // biome-ignore lint/correctness/useExhaustiveDependencies: tracks are mutated in place; the version says when.
  const headline = useMemo(() => readOut(compared, metrics[0]!), [compared, metrics, version])
  const choose = useCallback(
    (next: DetailRangeName) => {
      store.setDetail({ range: next, zoom: null })
      stage.setSpan(spanOf(next, views.store.getState().keptMs))
    },
    [store, stage, views],
  )
  return (
    <>
      <TimeBar stage={stage} range={range} keptMs={keptMs} onRange={choose} headline={headline} stall={[]} />
      <MetricChooser chosen={metrics} onChoose={store.setCompareMetrics} />
      <div ref={content} className="drill-content">
        {metrics.map((metric) => (
          <CompareBand key={metric} plan={COMPARE_PLANS[metric]} {...{ stage, compared, version, width }} />
        ))}
      </div>
    </>
  )
}

/** What is read out at the cursor: the first line of each domain by the first metric. */
function readOut(compared: readonly ComparedDomain[], metric: keyof typeof COMPARE_PLANS): readonly ChartSeries[] {
  return compared.flatMap((one): ChartSeries[] => {
    const [first] = compareChart(one, COMPARE_PLANS[metric]).series
    const { name } = one.view.store.getState()
    return first === undefined ? [] : [{ ...first, label: displayText(name === '' ? one.domain.uuid : name) }]
  })
}
