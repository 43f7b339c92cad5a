import { formatDomainName } from '../../../lib/view/compare-choice.ts'
import type { GridView } from '../body/grid-view.ts'
import type { GridActions } from '../grid-actions.ts'
import { findRows, nameOfIdentity } from './row-identity.ts'

/** Picks a row or drops it. The open domain, if another, is picked with it: the user wants to see both. */
export function togglePick(view: GridView, actions: GridActions, row: number): void {
  const open = openRow(view, actions)
  if (open >= 0 && open !== row) view.selection.toggle(open, view.fleet)
  view.selection.toggle(row, view.fleet)
  tellPicked(view, actions)
}

/** Picks all rows from the last one that was picked or opened to this one. `from` is where to begin without one. */
export function pickThrough(view: GridView, actions: GridActions, row: number, from: number): void {
  const { selection, model, fleet } = view
  if (!selection.hasStart(model.places)) selection.startAt(from)
  selection.extendTo(row, model.rows, model.places, fleet)
  tellPicked(view, actions)
}

/** Picks nothing; a later extension begins at `row`. */
export function dropPicks(view: GridView, actions: GridActions, row: number): void {
  const { selection } = view
  const had = selection.identities().length > 0
  selection.clear()
  selection.startAt(row)
  if (had) tellPicked(view, actions)
}

function tellPicked(view: GridView, actions: GridActions): void {
  actions.picked(view.selection.identities().map(nameOfIdentity))
  view.valuesChanged()
}

/** Row of the open domain where nothing is picked yet, else -1. */
function openRow({ selection, fleet }: GridView, actions: GridActions): number {
  const open = selection.size > 0 ? null : actions.opened()
  if (open === null) return -1
  const identity = formatDomainName(open)
  return findRows(fleet, new Set([identity])).get(identity) ?? -1
}
