import type { StoreApi } from 'zustand/vanilla'
import { DETAIL_RANGES } from '../../../lib/view/detail-choice.ts'
import type { ChartStage } from '../../charts/chart-stage.ts'
import type { DetailRange, DetailState } from '../../live/live-detail.ts'
import type { ViewStore } from '../../shell/view-store.ts'
import { spanOf } from './range-span.ts'

/** Points to ask for: charts are seldom wider, and a band of least and greatest stands for the rest. */
const PIXELS = 600

/** An axis that is fitted to what is kept grows when so much more is: each time all points are asked for anew. */
const MORE_IS_WORTH_IT = 1.1

/** What is followed: an open domain, or several at once. */
interface Followed {
  readonly store: Pick<StoreApi<Pick<DetailState, 'status' | 'wallOffsetMs' | 'keptMs'>>, 'getState' | 'subscribe'>
  setRange(range: DetailRange): void
}

/**
 * Keeps link, stage and stream at the same stretch of time; returns the undo.
 *
 * @remarks A link tells a zoom in wall time, which can be placed only when the stream told the difference of the clocks.
 * Zooming shows what is there at once; finer points come with the answer.
 */
export function followStage(stage: ChartStage, view: Followed, store: ViewStore, pixels = PIXELS): () => void {
  const ask = (): void => {
    const { zoom, spanMs } = stage.store.getState()
    if (zoom === null) view.setRange({ lastMs: spanMs, pixels })
    else view.setRange({ from: zoom.from, to: zoom.to, pixels })
  }
  let placed = false
  const place = (): void => {
    const { status, wallOffsetMs } = view.store.getState()
    if (placed || status === 'opening' || status === 'disconnected') return
    placed = true
    const { zoom } = store.getState().view.detail
    if (zoom !== null) stage.setZoom({ from: zoom.from - wallOffsetMs, to: zoom.to - wallOffsetMs })
  }
  const stopStage = stage.store.subscribe((state, before) => {
    if (state.zoom === before.zoom && state.spanMs === before.spanMs) return
    const { zoom } = state
    const offset = stage.wallOffsetMs
    if (placed) store.setDetail({ zoom: zoom === null ? null : { from: zoom.from + offset, to: zoom.to + offset } })
    ask()
  })
  // What is kept is known only with the first facts, and grows; the link keeps the range that was asked for.
  const stretch = (): void => {
    const { spanMs, zoom } = stage.store.getState()
    const { keptMs } = view.store.getState()
    const { range } = store.getState().view.detail
    if (keptMs <= 0 || zoom !== null) return
    const wanted = spanOf(range, keptMs)
    const isFull = wanted === DETAIL_RANGES[range]
    const isWorthIt = wanted > spanMs * MORE_IS_WORTH_IT || (isFull && wanted > spanMs)
    if (isWorthIt || wanted < spanMs) stage.setSpan(wanted)
  }
  const follow = (): void => {
    place()
    stretch()
  }
  follow()
  const stopView = view.store.subscribe(follow)
  return () => {
    stopStage()
    stopView()
  }
}
