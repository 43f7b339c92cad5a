import type { Feed } from '../live/live-fleet.ts'
import { FILTER_INPUT_ID } from './filter-box.tsx'
import type { ViewStore } from './view-store.ts'

/** Keys that work anywhere on the page, except while somebody types; returns the undo. */
export function attachPageKeys(store: ViewStore, feed: Feed): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    if (handle(event.key, store, feed)) event.preventDefault()
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}

function handle(key: string, store: ViewStore, feed: Feed): boolean {
  const { helpOpen, pickerOpen, view } = store.getState()
  if (helpOpen || pickerOpen) return false
  switch (key) {
    case '/': {
      const input = document.getElementById(FILTER_INPUT_ID)
      if (input instanceof HTMLInputElement) input.select()
      return input !== null
    }
    case '?':
      store.setState({ helpOpen: true })
      return true
    case 'p':
      if (feed.store.getState().paused) feed.resume()
      else feed.pause()
      return true
    case 'Escape':
      if (view.open !== null) store.open(null)
      else if (view.compare.domains.length > 0) store.pick([])
      else return false
      return true
    default:
      return false
  }
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  )
}
