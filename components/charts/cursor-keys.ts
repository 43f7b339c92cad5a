import { MIN_ZOOM_MS } from '../../lib/view/detail-choice.ts'
import type { ChartStage } from './chart-stage.ts'
import { moveCursor } from './strip-keys.ts'

/** Arrow keys, Home, End and Esc move the cursor of all charts, + and − zoom around it; returns the undo. */
export function attachCursorKeys(element: HTMLElement, stage: ChartStage): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (!moveCursor(stage, event.key) && !zoomBy(stage, event.key)) return
    event.preventDefault()
    event.stopPropagation()
  }
  element.addEventListener('keydown', onKey)
  return () => element.removeEventListener('keydown', onKey)
}

function zoomBy(stage: ChartStage, key: string): boolean {
  const { from, to } = stage.time
  const length = to - from
  const centre = to + (stage.cursor ?? -length / 2)
  switch (key) {
    case 'Home':
      stage.setCursor(-length)
      return true
    case 'End':
      stage.setCursor(0)
      return true
    case '+': {
      const half = Math.max(MIN_ZOOM_MS, length / 2) / 2
      stage.setZoom({ from: centre - half, to: centre + half })
      return true
    }
    case '-':
      stage.setZoom(
        stage.store.getState().zoom === null || length * 2 >= stage.store.getState().spanMs
          ? null
          : { from: centre - length, to: centre + length },
      )
      return true
    default:
      return false
  }
}
