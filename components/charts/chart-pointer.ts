import { MIN_ZOOM_MS } from '../../lib/view/detail-choice.ts'
import type { ChartStage } from './chart-stage.ts'
import type { PlotBox } from './series-painter.ts'

/** What the pointer needs to know of a picture. */
export interface PointedPicture {
  readonly plot: PlotBox | null
  /** Shows the stretch that is being chosen; null hides it. */
  showBrush(from: number, to: number | null): void
}

/** Less than this is a click, not a stretch. */
const MIN_BRUSH_PX = 4

/**
 * Pointer on a picture with a time axis: moving it moves the common cursor, dragging chooses a stretch to zoom into, a
 * double click goes back. Returns the undo.
 *
 * @param picked - A click, with its place in the picture.
 */
export function attachChartPointer(
  element: HTMLElement,
  stage: ChartStage,
  picture: PointedPicture,
  picked?: (x: number, y: number) => void,
): () => void {
  let dragFrom: number | null = null
  const clamped = (event: PointerEvent): { x: number; ms: number } | null => {
    const box = picture.plot
    if (box === null) return null
    const x = event.clientX - element.getBoundingClientRect().left
    const within = Math.max(box.left, Math.min(box.left + box.width, x))
    const { from, to } = stage.time
    return { x: within, ms: ((within - box.left) / box.width - 1) * (to - from) }
  }
  const isInside = (event: PointerEvent): boolean => {
    const box = picture.plot
    const { left, top } = element.getBoundingClientRect()
    const [x, y] = [event.clientX - left, event.clientY - top]
    return box !== null && x >= box.left && x <= box.left + box.width && y >= box.top && y <= box.top + box.height
  }
  const move = (event: PointerEvent): void => {
    const at = clamped(event)
    if (at === null) return
    if (dragFrom !== null) picture.showBrush(dragFrom, at.x)
    stage.setCursor(dragFrom !== null || isInside(event) ? at.ms : null)
  }
  const down = (event: PointerEvent): void => {
    if (event.button !== 0 || !isInside(event)) return
    dragFrom = clamped(event)?.x ?? null
    element.setPointerCapture(event.pointerId)
  }
  const up = (event: PointerEvent): void => {
    const from = dragFrom
    const at = clamped(event)
    const box = picture.plot
    dragFrom = null
    picture.showBrush(0, null)
    if (from === null || at === null || box === null) return
    if (Math.abs(at.x - from) < MIN_BRUSH_PX) {
      const { left, top } = element.getBoundingClientRect()
      picked?.(event.clientX - left, event.clientY - top)
      return
    }
    const { from: begin, to } = stage.time
    const timeOf = (x: number): number => begin + ((x - box.left) / box.width) * (to - begin)
    const [first, last] = [timeOf(Math.min(from, at.x)), timeOf(Math.max(from, at.x))]
    if (last - first >= MIN_ZOOM_MS) stage.setZoom({ from: first, to: last })
  }
  const leave = (): void => {
    if (dragFrom === null) stage.setCursor(null)
  }
  const cancel = (): void => {
    dragFrom = null
    picture.showBrush(0, null)
  }
  const back = (): void => {
    if (stage.store.getState().zoom !== null) stage.setZoom(null)
  }
  const listeners = new AbortController()
  const { signal } = listeners
  // In the capture phase: the cursor must be known when the tooltip asks for it.
  element.addEventListener('pointermove', move, { signal, capture: true })
  element.addEventListener('pointerdown', down, { signal })
  element.addEventListener('pointerup', up, { signal })
  element.addEventListener('pointercancel', cancel, { signal })
  element.addEventListener('pointerleave', leave, { signal })
  element.addEventListener('dblclick', back, { signal })
  return () => listeners.abort()
}
