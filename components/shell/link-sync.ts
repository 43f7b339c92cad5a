import { formatView, parseView } from '../../lib/view/view-state.ts'
import type { ViewStore } from './view-store.ts'

/** Browsers refuse more than about 100 changes of the address in 30 s. */
const WRITE_DELAY_MS = 300
const WIDTHS_KEY = 'domscope.widths'

/**
 * Keeps the address and the view store the same while the fleet page is open; returns the undo.
 *
 * @remarks When the address says nothing, the store wins: the user may come back from another page.
 */
export function attachLink(store: ViewStore): () => void {
  let timer: number | undefined
  let written = window.location.search.slice(1)
  const read = (): void => {
    written = window.location.search.slice(1)
    const { view, problems } = parseView(written)
    store.replaceView(view, problems)
  }
  const write = (): void => {
    timer = undefined
    const query = formatView(store.getState().view)
    if (query === written) return
    written = query
    window.history.replaceState(window.history.state, '', query === '' ? window.location.pathname : `?${query}`)
  }
  const schedule = (): void => {
    timer ??= window.setTimeout(write, WRITE_DELAY_MS)
  }
  store.setState({ rememberedWidths: readWidths() })
  if (written !== '') read()
  else schedule()
  const unsubscribe = store.subscribe((state, before) => {
    if (state.view !== before.view) schedule()
    if (state.rememberedWidths !== before.rememberedWidths) writeWidths(state.rememberedWidths)
  })
  window.addEventListener('popstate', read)
  return () => {
    window.clearTimeout(timer)
    unsubscribe()
    window.removeEventListener('popstate', read)
  }
}

function readWidths(): Readonly<Record<string, number>> {
  const widths: Record<string, number> = {}
  try {
    const stored: unknown = JSON.parse(window.localStorage.getItem(WIDTHS_KEY) ?? '{}')
    if (typeof stored !== 'object' || stored === null) return widths
    for (const [column, width] of Object.entries(stored)) {
      if (typeof width === 'number' && Number.isFinite(width)) widths[column] = width
    }
  } catch {
    // Storage may be blocked or hold something else: widths are a comfort, the page works without them.
  }
  return widths
}

function writeWidths(widths: Readonly<Record<string, number>>): void {
  try {
    window.localStorage.setItem(WIDTHS_KEY, JSON.stringify(widths))
  } catch {
    // As above.
  }
}
