import type { StoreApi } from 'zustand/vanilla'
import { createStore } from 'zustand/vanilla'
import type { DetailMark, DetailState } from '../live/live-detail.ts'

/** A stretch of time on the page's monotonic clock. */
export interface TimeStretch {
  readonly from: number
  readonly to: number
}

type StageFacts = Pick<DetailState, 'marks' | 'status' | 'wallOffsetMs'>

/** What a stage follows: an open domain, or several at once. */
export interface StageSource {
  readonly store: Pick<StoreApi<StageFacts>, 'getState' | 'subscribe'>
  /** Called after points came; returns the undo. */
  onPoints(listener: () => void): () => void
}

/** What the charts of one stage have in common and React renders: changes when the user acts, never by itself. */
export interface StageState {
  /** Length of the time axis, in ms. */
  readonly spanMs: number
  /** Null while the axis ends now. */
  readonly zoom: TimeStretch | null
  readonly paused: boolean
}

/** Something that is drawn over the stage's stretch of time. */
export interface StagePainter {
  /** Draws everything anew. */
  draw(time: TimeStretch, now: number): void
  /** The cursor moved: `cursor` is ms before the end of the stretch, null when there is none. */
  point(cursor: number | null, time: TimeStretch): void
}

/** Time as a stage sees it: the browser's, or a test's. */
export interface StageClock {
  now(): number
  /** Calls back before the next frame; returns the undo. */
  nextFrame(callback: () => void): () => void
  after(ms: number, callback: () => void): () => void
}

/** Charts stand still no longer than this without new points: what was drawn moves on to the left. */
const IDLE_REDRAW_MS = 1500
/** New points are drawn at most this often: lanes and hosts answer at moments of their own. */
const MIN_REDRAW_MS = 400

interface Registered {
  readonly painter: StagePainter
  visible: boolean
  /** Something changed while it could not be seen. */
  late: boolean
}

/**
 * The common time of all charts of one domain, or of several that are compared: which stretch they show, where the cursor is, and when they draw.
 *
 * @remarks Not React. Painters write to their own nodes; those that cannot be seen are not asked.
 */
export class ChartStage {
  readonly store: StoreApi<StageState>
  private readonly view: StageSource
  private readonly clock: StageClock
  private readonly painters = new Map<Element, Registered>()
  private readonly cursorListeners = new Set<(cursor: number | null) => void>()
  private observer: IntersectionObserver | null = null
  private pausedAt = 0
  private cursorMs: number | null = null
  private drawnAt = Number.NEGATIVE_INFINITY
  private cancelFrame: (() => void) | null = null
  private cancelWait: (() => void) | null = null
  private cancelIdle: (() => void) | null = null

  constructor(view: StageSource, clock: StageClock, spanMs: number) {
    this.view = view
    this.clock = clock
    this.store = createStore<StageState>(() => ({ spanMs, zoom: null, paused: false }))
  }

  /** Begins to follow the points; returns the undo. May be started again. */
  start(): () => void {
    this.observer = new IntersectionObserver((entries) => this.seen(entries))
    for (const element of this.painters.keys()) this.observer.observe(element)
    const stopPoints = this.view.onPoints(() => this.pointsCame())
    const stopState = this.view.store.subscribe((state, before) => {
      if (state.marks !== before.marks || state.status !== before.status) this.redraw()
    })
    this.redraw()
    return () => {
      stopPoints()
      stopState()
      for (const cancel of [this.cancelFrame, this.cancelWait, this.cancelIdle]) cancel?.()
      this.cancelFrame = this.cancelWait = this.cancelIdle = null
      this.observer?.disconnect()
      this.observer = null
    }
  }

  /** The stretch that is shown at this moment. */
  get time(): TimeStretch {
    const { zoom, spanMs, paused } = this.store.getState()
    if (zoom !== null) return zoom
    const to = paused ? this.pausedAt : this.clock.now()
    return { from: to - spanMs, to }
  }

  get marks(): readonly DetailMark[] {
    return this.view.store.getState().marks
  }

  /** What the server's wall clock is ahead of the page's clock. */
  get wallOffsetMs(): number {
    return this.view.store.getState().wallOffsetMs
  }

  get cursor(): number | null {
    return this.cursorMs
  }

  setPaused(paused: boolean): void {
    if (paused === this.store.getState().paused) return
    this.pausedAt = this.clock.now()
    this.store.setState({ paused })
    this.redraw()
  }

  setSpan(spanMs: number): void {
    this.store.setState({ spanMs, zoom: null })
    this.redraw()
  }

  setZoom(zoom: TimeStretch | null): void {
    this.store.setState({ zoom })
    this.setCursor(null)
    this.redraw()
  }

  /** Puts the cursor of every chart to `ms` before the end of the stretch. */
  setCursor(ms: number | null): void {
    if (ms === this.cursorMs) return
    this.cursorMs = ms
    const { time } = this
    for (const { painter, visible } of this.painters.values()) if (visible) painter.point(ms, time)
    for (const listener of this.cursorListeners) listener(ms)
  }

  /** Called when the cursor moved or what it points at may have changed; returns the undo. */
  onCursor(listener: (cursor: number | null) => void): () => void {
    this.cursorListeners.add(listener)
    return () => this.cursorListeners.delete(listener)
  }

  /** Lets a painter draw while `element` can be seen; returns the undo. */
  add(element: Element, painter: StagePainter): () => void {
    this.painters.set(element, { painter, visible: false, late: true })
    this.observer?.observe(element)
    return () => {
      this.observer?.unobserve(element)
      this.painters.delete(element)
    }
  }

  /** Draws one painter at once: its size or its series changed. */
  drawNow(element: Element): void {
    const registered = this.painters.get(element)
    if (registered === undefined) return
    if (!registered.visible) registered.late = true
    else this.paint(registered, this.time, this.clock.now())
  }

  /** Draws everything that can be seen before the next frame. */
  redraw(): void {
    this.cancelWait?.()
    this.cancelWait = null
    this.cancelFrame ??= this.clock.nextFrame(() => this.drawAll())
  }

  private pointsCame(): void {
    if (this.store.getState().paused || this.cancelFrame !== null || this.cancelWait !== null) return
    const wait = this.drawnAt + MIN_REDRAW_MS - this.clock.now()
    if (wait <= 0) this.redraw()
    else
      this.cancelWait = this.clock.after(wait, () => {
        this.cancelWait = null
        this.redraw()
      })
  }

  private drawAll(): void {
    this.cancelFrame = null
    const { time } = this
    const now = this.clock.now()
    this.drawnAt = now
    for (const registered of this.painters.values()) {
      if (registered.visible) this.paint(registered, time, now)
      else registered.late = true
    }
    for (const listener of this.cursorListeners) listener(this.cursorMs)
    this.cancelIdle?.()
    this.cancelIdle = this.clock.after(IDLE_REDRAW_MS, () => this.idle())
  }

  /** Time goes on without points: the server is silent, and the charts must not look as if it were not. */
  private idle(): void {
    this.cancelIdle = null
    const { zoom, paused } = this.store.getState()
    if (zoom === null && !paused) this.redraw()
  }

  private paint(registered: Registered, time: TimeStretch, now: number): void {
    registered.late = false
    registered.painter.draw(time, now)
    registered.painter.point(this.cursorMs, time)
  }

  private seen(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const registered = this.painters.get(target)
      if (registered === undefined) continue
      registered.visible = isIntersecting
      if (isIntersecting && registered.late) this.paint(registered, this.time, this.clock.now())
    }
  }
}

export const browserStageClock: StageClock = {
  now: () => performance.now(),
  nextFrame(callback) {
    const frame = requestAnimationFrame(callback)
    return () => cancelAnimationFrame(frame)
  },
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}
