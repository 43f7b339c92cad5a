'use client'

import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { DetailRangeName } from '../../lib/view/detail-choice.ts'
import { browserStageClock, ChartStage } from '../charts/chart-stage.ts'
import type { DetailView } from '../live/live-detail.ts'
import { useFeedState } from '../live/use-fleet.tsx'
import { usePage, useViewStore } from '../shell/view-context.tsx'
import { useApi } from '../ui/use-api.ts'
import { followStage } from './charts/follow-stage.ts'
import { spanOf } from './charts/range-span.ts'
import { RecordedNote } from './charts/recorded-note.tsx'
import { TimeBar } from './charts/time-bar.tsx'
import type { DomainAnswer } from './domain-answer.ts'
import { domainPath } from './domain-answer.ts'
import { DrillSections } from './drill-sections.tsx'
import { DomainHeader } from './header/domain-header.tsx'
import { domainParts, headlineOf } from './header/headline.ts'
import { useOffScreen } from './use-on-screen.ts'
import { useWidth } from './use-width.ts'

const REFRESH_MS = 1000
const NO_LINKS: DomainAnswer['links'] = []

/** Numbers of the API that show elsewhere than in its own part, such as the fill of a disk, may be this old. ms */
const SELDOM_MS = 5000

/**
 * Everything of one open domain, `host` being where it is now: header, time, charts, events, raw values. The same in the
 * panel and on the page.
 */
export function DrillDown({ view, host, uuid }: { view: DetailView; host: string; uuid: string }) {
  const store = useViewStore()
  const range = usePage((page) => page.view.detail.range)
  const paused = useFeedState((state) => state.paused)
  const keptMs = useStore(view.store, (state) => state.keptMs)
  const tracksVersion = useStore(view.store, (state) => state.tracksVersion)
  const [stage] = useState(() => new ChartStage(view, browserStageClock, spanOf(range, view.store.getState().keptMs)))
  const content = useRef<HTMLDivElement>(null)
  const numbers = useRef<HTMLDivElement>(null)
  const width = useWidth(content)
  const isOff = useOffScreen(numbers)
  const heardAt = useRef(Number.NEGATIVE_INFINITY)
  const isIdle = useCallback(() => isOff() && performance.now() - heardAt.current < SELDOM_MS, [isOff])
  const { answer, answeredAt, error } = useApi<DomainAnswer>(domainPath(host, uuid), REFRESH_MS, isIdle)
  useEffect(() => {
    heardAt.current = answeredAt ?? Number.NEGATIVE_INFINITY
  }, [answeredAt])
  useEffect(() => stage.start(), [stage])
  useEffect(() => stage.setPaused(paused), [stage, paused])
  useEffect(() => followStage(stage, view, store), [stage, view, store])
  // Tracks are mutated in place; their version says when there are other ones.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the list.
  const tracks = useMemo(() => [...view.tracks], [view, tracksVersion])
  const headline = useMemo(() => headlineOf(tracks), [tracks])
  const stall = useMemo(() => domainParts(tracks, 'ioStoppedSeconds'), [tracks])
  const choose = useCallback(
    (next: DetailRangeName) => {
      store.setDetail({ range: next, zoom: null })
      stage.setSpan(spanOf(next, view.store.getState().keptMs))
    },
    [store, stage, view],
  )
  return (
    <>
      <DomainHeader view={view} links={answer?.links ?? NO_LINKS} />
      <TimeBar stage={stage} range={range} keptMs={keptMs} onRange={choose} headline={headline} stall={stall} />
      <RecordedNote view={view} />
      <div ref={content} className="drill-content">
        <DrillSections {...{ stage, view, tracks, width, answer, error, numbers }} answeredAt={answeredAt ?? 0} />
      </div>
    </>
  )
}
