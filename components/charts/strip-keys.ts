import type { ChartStage } from './chart-stage.ts'
import type { StripPainter } from './strip-painter.ts'

interface StripKeys {
  readonly rows: number
  readonly pick: (row: number) => void
  /** Something else is pointed at now. */
  readonly moved: () => void
}

/** Parts of the time axis that an arrow key moves the cursor by. */
export const CURSOR_STEPS = 120

/** Up and down go from row to row, left and right through time, Enter picks the row; returns the undo. */
export function attachStripKeys(
  element: HTMLElement,
  stage: ChartStage,
  painter: StripPainter,
  { rows, pick, moved }: StripKeys,
): () => void {
  const page = Math.max(1, Math.floor(rows / 10))
  const steps: Readonly<Record<string, number>> = {
    ArrowUp: -1,
    ArrowDown: 1,
    PageUp: -page,
    PageDown: page,
    Home: -rows,
    End: rows,
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const row = painter.currentRow ?? 0
    const step = steps[event.key]
    if (step !== undefined) {
      painter.setRow(
        painter.currentRow === null && Math.abs(step) === 1 ? 0 : Math.max(0, Math.min(rows - 1, row + step)),
      )
    } else if (event.key === 'Enter' || event.key === ' ') pick(row)
    else if (!moveCursor(stage, event.key)) return
    event.preventDefault()
    event.stopPropagation()
    moved()
  }
  element.addEventListener('keydown', onKey)
  return () => element.removeEventListener('keydown', onKey)
}

/** Moves the common cursor by a key; false when the key does not do that. Esc takes a cursor away. */
export function moveCursor(stage: ChartStage, key: string): boolean {
  const { from, to } = stage.time
  const step = (to - from) / CURSOR_STEPS
  const { cursor } = stage
  switch (key) {
    case 'ArrowLeft':
      stage.setCursor(Math.max(from - to, (cursor ?? 0) - step))
      return true
    case 'ArrowRight':
      stage.setCursor(Math.min(0, (cursor ?? -step) + step))
      return true
    case 'Escape':
      if (cursor === null) return false
      stage.setCursor(null)
      return true
    default:
      return false
  }
}
