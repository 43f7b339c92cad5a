import type { GridView } from './body/grid-view.ts'
import { rowsAsTsv } from './row-values.ts'

/**
 * Copies the picked rows, or the one with the cursor, as tab-separated text; marked text is left to the browser. Returns
 * the undo.
 */
export function attachCopy(view: GridView, root: HTMLElement): () => void {
  const onCopy = (event: ClipboardEvent): void => {
    const marked = document.getSelection()
    if (document.activeElement !== root || (marked !== null && !marked.isCollapsed)) return
    const rows = view.selection.size > 0 ? view.selection.inOrder(view.model.places) : cursorRow(view)
    if (rows.length === 0 || event.clipboardData === null) return
    event.clipboardData.setData('text/plain', rowsAsTsv(view.fleet, rows, view.layout.columns, view.now))
    event.preventDefault()
  }
  document.addEventListener('copy', onCopy)
  return () => document.removeEventListener('copy', onCopy)
}

function cursorRow(view: GridView): number[] {
  return view.cursorRow >= 0 ? [view.cursorRow] : []
}
