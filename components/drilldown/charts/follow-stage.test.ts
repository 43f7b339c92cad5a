import { describe, expect, it } from 'vitest'
import { ChartStage } from '../../charts/chart-stage.ts'
import { FakeDetail } from '../../charts/testing/fake-detail.ts'
import { FakeClock } from '../../live/testing/fake-server.ts'
import { createViewStore } from '../../shell/view-store.ts'
import { followStage } from './follow-stage.ts'

function world(opening: boolean) {
  const clock = new FakeClock()
  const view = new FakeDetail({ vcpus: 1, disks: 0, nics: 0, seconds: 10, now: clock.now() })
  const kept = view.store.getState()
  if (opening) view.store.setState({ status: 'opening', keptMs: 0, wallOffsetMs: 0 })
  const stage = new ChartStage(
    view,
    { now: () => clock.now(), nextFrame: () => () => undefined, after: () => () => undefined },
    60_000,
  )
  const store = createViewStore()
  return { view, stage, store, kept, answer: () => view.store.setState({ ...kept, keptMs: 3_600_000 }) }
}

describe('stage, stream and link', () => {
  it('show the zoom of a link when the clocks are known, not before', () => {
    const { view, stage, store, kept, answer } = world(true)
    store.setDetail({ zoom: { from: kept.wallOffsetMs + 1000, to: kept.wallOffsetMs + 9000 } })
    followStage(stage, view, store)
    expect(stage.store.getState().zoom).toBeNull()
    answer()
    expect(stage.store.getState().zoom).toEqual({ from: 1000, to: 9000 })
    expect(view.ranges.at(-1)).toMatchObject({ from: 1000, to: 9000 })
  })

  it('write a zoom into the link in wall time, and take it out again', () => {
    const { view, stage, store, kept } = world(false)
    const undo = followStage(stage, view, store)
    stage.setZoom({ from: 5000, to: 8000 })
    expect(store.getState().view.detail.zoom).toEqual({
      from: kept.wallOffsetMs + 5000,
      to: kept.wallOffsetMs + 8000,
    })
    stage.setZoom(null)
    expect(store.getState().view.detail.zoom).toBeNull()
    expect(view.ranges.at(-1)).toMatchObject({ lastMs: 60_000 })
    undo()
    stage.setZoom({ from: 5000, to: 8000 })
    expect(store.getState().view.detail.zoom).toBeNull()
  })

  it('begin fitted to what is kept and grow to the range, which the link keeps', () => {
    const { view, stage, store } = world(true)
    stage.setSpan(300_000)
    followStage(stage, view, store)
    const spanAt = (keptMs: number) => {
      view.store.setState({ keptMs })
      return stage.store.getState().spanMs
    }
    expect([0, 50_000, 62_000, 100_000, 285_000, 400_000].map(spanAt)).toEqual([
      300_000, 60_000, 90_000, 120_000, 300_000, 300_000,
    ])
    expect(view.ranges.at(-1)).toMatchObject({ lastMs: 300_000 })
    expect(store.getState().view.detail.range).toBe('5m')
  })

  it('leave a zoom as it is, whatever is kept', () => {
    const { view, stage, store } = world(false)
    followStage(stage, view, store)
    stage.setZoom({ from: 5000, to: 8000 })
    view.store.setState({ keptMs: 250_000 })
    expect(stage.store.getState().zoom).toEqual({ from: 5000, to: 8000 })
  })

  it('show all that is kept once it is known, and more when there is more', () => {
    const { view, stage, store, answer } = world(true)
    store.setDetail({ range: 'all' })
    followStage(stage, view, store)
    answer()
    expect(stage.store.getState().spanMs).toBe(3_600_000)
    view.store.setState({ keptMs: 3_700_000 })
    expect(stage.store.getState().spanMs).toBe(3_600_000)
    view.store.setState({ keptMs: 4_200_000 })
    expect(view.ranges.at(-1)).toMatchObject({ lastMs: 4_200_000 })
  })
})
