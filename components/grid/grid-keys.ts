import type { GridView } from './body/grid-view.ts'
import type { GridActions } from './grid-actions.ts'
import { dropPicks, pickThrough, togglePick } from './picks/picking.ts'

/** Makes the grid answer to the keyboard while it has the focus; returns the undo. */
export function attachKeys(
  view: GridView,
  root: HTMLElement,
  actions: GridActions,
  openRow: (row: number) => void,
): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.altKey || !handle(view, event, actions, openRow)) return
    event.preventDefault()
    event.stopPropagation()
  }
  const onFocus = (): void => {
    if (view.cursorRow < 0 || (view.model.places[view.cursorRow] ?? -1) < 0) moveTo(view, firstShown(view, root))
    view.valuesChanged()
  }
  const onBlur = (): void => view.valuesChanged()
  root.addEventListener('keydown', onKey)
  root.addEventListener('focus', onFocus)
  root.addEventListener('blur', onBlur)
  return () => {
    root.removeEventListener('keydown', onKey)
    root.removeEventListener('focus', onFocus)
    root.removeEventListener('blur', onBlur)
  }
}

function handle(view: GridView, event: KeyboardEvent, actions: GridActions, openRow: (row: number) => void): boolean {
  const command = event.ctrlKey || event.metaKey
  const from = view.cursorRow
  if (moveRow(view, event.key, command)) {
    if (event.shiftKey && view.cursorRow >= 0) pickThrough(view, actions, view.cursorRow, from)
    return true
  }
  if (moveAcross(view, event.key)) return true
  if (command) return false
  switch (event.key) {
    case 'Enter':
      if (view.cursorRow >= 0) openRow(view.cursorRow)
      return true
    case ' ':
      if (view.cursorRow >= 0) togglePick(view, actions, view.cursorRow)
      return true
    case 'Escape':
      return letGo(view, actions)
    case 's':
    case 'S': {
      const column = view.layout.columns[view.cursorColumn]
      if (column !== undefined) actions.sortBy(column.sortKey ?? column.id, event.shiftKey)
      return true
    }
    default:
      return false
  }
}

/**
 * Drops one thing at a time: the picked rows, then (by the page) the open domain, then the cursor with its hold. A domain
 * that was opened out of a comparison goes first: under it are those that are compared.
 */
function letGo(view: GridView, actions: GridActions): boolean {
  const isOpen = actions.opened() !== null
  const picks = view.selection.size
  if (isOpen && picks > 1) return false
  if (picks > 0) dropPicks(view, actions, view.cursorRow)
  else if (isOpen || view.cursorRow < 0) return false
  else view.cursorRow = -1
  view.valuesChanged()
  return true
}

/** Keys that take the cursor to another row. With Ctrl, Home and End go to the corners. */
function moveRow(view: GridView, key: string, command: boolean): boolean {
  const index = view.model.places[view.cursorRow] ?? -1
  const page = Math.max(1, Math.floor(view.extent.viewportPx / view.layout.rowHeight) - 1)
  switch (key) {
    case 'ArrowDown':
      return moveTo(view, index + 1)
    case 'ArrowUp':
      return moveTo(view, index - 1)
    case 'PageDown':
      return moveTo(view, index + page)
    case 'PageUp':
      return moveTo(view, index - page)
    case 'Home':
      return command && moveTo(view, 0) && moveColumn(view, 0)
    case 'End':
      return command && moveTo(view, view.model.count - 1) && moveColumn(view, view.layout.columns.length - 1)
    default:
      return false
  }
}

function moveAcross(view: GridView, key: string): boolean {
  switch (key) {
    case 'ArrowLeft':
      return moveColumn(view, view.cursorColumn - 1)
    case 'ArrowRight':
      return moveColumn(view, view.cursorColumn + 1)
    case 'Home':
      return moveColumn(view, 0)
    case 'End':
      return moveColumn(view, view.layout.columns.length - 1)
    default:
      return false
  }
}

function moveTo(view: GridView, index: number): true {
  const { model } = view
  if (model.count > 0) view.cursorRow = model.rows[Math.max(0, Math.min(model.count - 1, index))]!
  view.revealCursor()
  view.valuesChanged()
  return true
}

function moveColumn(view: GridView, column: number): true {
  view.cursorColumn = Math.max(0, Math.min(view.layout.columns.length - 1, column))
  view.revealCursor()
  return true
}

function firstShown(view: GridView, root: HTMLElement): number {
  return Math.ceil(root.scrollTop / view.layout.rowHeight)
}
