import { uuidOfRow } from '../../lib/query/row-uuid.ts'
import type { Feed } from '../live/live-fleet.ts'
import type { GridView } from './body/grid-view.ts'
import type { GridActions } from './grid-actions.ts'
import { attachCopy } from './grid-copy.ts'
import { attachKeys } from './grid-keys.ts'
import { attachPointer } from './grid-pointer.ts'
import { hostNameOf } from './row-facts.ts'
import { installTestHook } from './test-hook.ts'

/** Ages go on while no frame comes: paint at least this often. */
const IDLE_PAINT_MS = 1000

/** What tells that the user wants to be elsewhere than where the page would scroll back to. */
const USER_MOVES = ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const

/** Connects a grid with its feed and its user; returns the undo. */
export function attachGrid(view: GridView, root: HTMLElement, feed: Feed, actions: GridActions): () => void {
  const openRow = (row: number): void => {
    if (feed.fleet.domains.isAlive(row))
      actions.open({ host: hostNameOf(feed.fleet, row), uuid: uuidOfRow(feed.fleet.domains, row) })
  }
  const observer = new ResizeObserver(() => view.setViewport(root.clientWidth, root.clientHeight))
  observer.observe(root)
  const onScroll = (): void => view.scrolled()
  root.addEventListener('scroll', onScroll, { passive: true })
  const onMove = (): void => view.scrolledTo.drop()
  for (const type of USER_MOVES) root.addEventListener(type, onMove, { passive: true })
  let framedAt = 0
  const timer = window.setInterval(() => {
    if (performance.now() - framedAt >= IDLE_PAINT_MS) view.valuesChanged()
  }, IDLE_PAINT_MS)
  const undos = [
    feed.onFrame(() => {
      framedAt = performance.now()
      view.valuesChanged()
    }),
    feed.store.subscribe((state, before) => {
      if (state.status !== before.status || state.paused !== before.paused || state.ready !== before.ready) {
        if (state.ready && !before.ready) view.model.ask(view.now)
        view.valuesChanged()
      }
    }),
    attachPointer(view, root, actions, openRow),
    attachKeys(view, root, actions, openRow),
    attachCopy(view, root),
    installTestHook(view),
  ]
  return () => {
    observer.disconnect()
    root.removeEventListener('scroll', onScroll)
    for (const type of USER_MOVES) root.removeEventListener(type, onMove)
    window.clearInterval(timer)
    for (const undo of undos) undo()
    view.cancel()
  }
}
