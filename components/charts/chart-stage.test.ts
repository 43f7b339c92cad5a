import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeClock } from '../live/testing/fake-server.ts'
import type { StagePainter } from './chart-stage.ts'
import { ChartStage } from './chart-stage.ts'
import { FakeDetail } from './testing/fake-detail.ts'

/** What can be seen, told by the test. */
let observers: { see(element: Element, visible: boolean): void }[] = []

class FakeObserver {
  private readonly callback: (entries: { target: Element; isIntersecting: boolean }[]) => void
  readonly watched = new Set<Element>()
  constructor(callback: FakeObserver['callback']) {
    this.callback = callback
    observers.push(this)
  }
  observe(element: Element): void {
    this.watched.add(element)
  }
  unobserve(element: Element): void {
    this.watched.delete(element)
  }
  disconnect(): void {
    this.watched.clear()
  }
  see(element: Element, visible: boolean): void {
    if (this.watched.has(element)) this.callback([{ target: element, isIntersecting: visible }])
  }
}

beforeEach(() => {
  observers = []
  vi.stubGlobal('IntersectionObserver', FakeObserver)
})
afterEach(() => vi.unstubAllGlobals())

function world() {
  const clock = new FakeClock()
  const detail = new FakeDetail({ vcpus: 1, disks: 0, nics: 0, seconds: 60, now: clock.now() })
  const stage = new ChartStage(
    detail,
    {
      now: () => clock.now(),
      nextFrame: (callback) => clock.after(1, callback),
      after: (ms, callback) => clock.after(ms, callback),
    },
    60_000,
  )
  const element = {} as Element
  const painter = { draw: vi.fn<StagePainter['draw']>(), point: vi.fn<StagePainter['point']>() }
  const undo = stage.add(element, painter)
  const stop = stage.start()
  return {
    clock,
    detail,
    stage,
    element,
    painter,
    undo,
    stop,
    see: (visible: boolean) => observers[0]!.see(element, visible),
  }
}

describe('chart stage', () => {
  it('draws what can be seen, and draws late what could not', () => {
    const { clock, painter, see } = world()
    clock.advance(5)
    expect(painter.draw).not.toHaveBeenCalled()
    see(true)
    expect(painter.draw).toHaveBeenCalledTimes(1)
    const [time] = painter.draw.mock.calls[0]!
    expect(time.to - time.from).toBe(60_000)
    expect(time.to).toBe(clock.now())
  })

  it('draws new points soon, but not at every single frame', () => {
    const { clock, detail, painter, see } = world()
    see(true)
    clock.advance(1000)
    painter.draw.mockClear()
    for (let i = 0; i < 10; i++) {
      detail.tick(clock.now())
      clock.advance(100)
    }
    expect(painter.draw.mock.calls.length).toBeGreaterThanOrEqual(2)
    expect(painter.draw.mock.calls.length).toBeLessThanOrEqual(4)
  })

  it('goes on to the left while the server is silent', () => {
    const { clock, painter, see } = world()
    see(true)
    painter.draw.mockClear()
    clock.advance(6000)
    expect(painter.draw.mock.calls.length).toBeGreaterThanOrEqual(3)
  })

  it('stands still while paused and while zoomed', () => {
    const { clock, detail, stage, painter, see } = world()
    see(true)
    stage.setPaused(true)
    const { to } = stage.time
    clock.advance(5000)
    painter.draw.mockClear()
    detail.tick(clock.now())
    clock.advance(5000)
    expect(painter.draw).not.toHaveBeenCalled()
    expect(stage.time.to).toBe(to)
    stage.setPaused(false)
    stage.setZoom({ from: to - 9000, to: to - 1000 })
    clock.advance(5000)
    expect(stage.time).toEqual({ from: to - 9000, to: to - 1000 })
  })

  it('moves one cursor for all, and tells listeners', () => {
    const { stage, painter, see } = world()
    see(true)
    const heard: (number | null)[] = []
    const undo = stage.onCursor((cursor) => heard.push(cursor))
    stage.setCursor(-3000)
    stage.setCursor(-3000)
    stage.setCursor(null)
    expect(heard).toEqual([-3000, null])
    expect(painter.point.mock.calls.slice(-2).map(([cursor]) => cursor)).toEqual([-3000, null])
    undo()
  })

  it('leaves nothing behind when it stops', () => {
    const { clock, detail, painter, see, stop, undo } = world()
    see(true)
    clock.advance(10)
    painter.draw.mockClear()
    undo()
    stop()
    detail.tick(clock.now())
    clock.advance(60_000)
    expect(painter.draw).not.toHaveBeenCalled()
    expect(clock.pending).toBe(0)
  })
})
