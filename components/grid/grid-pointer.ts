import { COUNTED_ON } from '../../lib/query/counted-rows.ts'
import { READING_NAMES } from '../../lib/query/freshness.ts'
import { hostRowOf } from '../../lib/query/row-uuid.ts'
import { lateText, partialText } from '../../lib/view/age-words.ts'
import { displayText } from '../../lib/view/display-text.ts'
import { CPU_SOURCE, OWN_CAPS } from '../../lib/view/grid-columns.ts'
import type { LiveFleet } from '../live/live-fleet.ts'
import type { GridView } from './body/grid-view.ts'
import type { GridActions } from './grid-actions.ts'
import { dropPicks, pickThrough, togglePick } from './picks/picking.ts'
import { agesOf, isInactive, lastStateOf, readingsOf, wordOf } from './row-facts.ts'
import { cellText, cellValue } from './row-values.ts'

interface Place {
  readonly element: HTMLElement
  readonly row: number
  readonly column: number
}

/** Makes rows answer to the pointer: click opens, shift and ctrl pick, hovering tells value and age. Returns the undo. */
export function attachPointer(
  view: GridView,
  root: HTMLElement,
  actions: GridActions,
  openRow: (row: number) => void,
): () => void {
  const controller = new AbortController()
  const { signal } = controller
  const hover = (inside: boolean): void => {
    if (view.pointerInside === inside) return
    view.pointerInside = inside
    view.valuesChanged()
  }
  root.addEventListener(
    'pointerover',
    (event) => {
      const place = placeOf(event)
      // A finger leaves no pointer behind: only a mouse or a pen can rest over the rows.
      hover(place !== null && event.pointerType !== 'touch')
      if (place !== null) place.element.title = hintFor(view, place)
    },
    { signal },
  )
  root.addEventListener('pointerleave', () => hover(false), { signal })
  root.addEventListener('click', (event) => click(view, event, actions, openRow), { signal })
  return () => controller.abort()
}

function click(view: GridView, event: MouseEvent, actions: GridActions, openRow: (row: number) => void): void {
  const place = placeOf(event)
  if (place === null) return
  const { row } = place
  view.cursorRow = row
  view.cursorColumn = place.column
  if (event.shiftKey) {
    pickThrough(view, actions, row, row)
    document.getSelection()?.removeAllRanges()
  } else if (event.ctrlKey || event.metaKey) togglePick(view, actions, row)
  else if (document.getSelection()?.isCollapsed ?? true) {
    dropPicks(view, actions, row)
    openRow(row)
  }
  view.valuesChanged()
}

function placeOf(event: Event): Place | null {
  if (!(event.target instanceof Element)) return null
  const cell = event.target.closest('[role=gridcell]')
  const row = cell?.closest('[data-row]')
  if (!(cell instanceof HTMLElement) || !(row instanceof HTMLElement)) return null
  return { element: cell, row: Number(row.dataset.row), column: Number(cell.ariaColIndex) - 1 }
}

/** Waiting times hold what the domain's own limits make it wait, where it has some. */
function ownLimitNote(fleet: LiveFleet, row: number, columnId: string): string {
  const cap = OWN_CAPS[columnId]
  if (cap === undefined || Number.isNaN(cellValue(fleet, row, cap.column))) return ''
  return ` (incl. own ${cap.limit})`
}

/** Where the vCPUs share a thread, the time of the process stands for theirs. */
function sourceNote(fleet: LiveFleet, row: number, columnId: string): string {
  const source = columnId === 'cpuPercent' ? wordOf(fleet, row, CPU_SOURCE) : null
  return source === null ? '' : ` (${source}: the emulator runs all vCPUs in one thread)`
}

/** Two connections to one daemon show each of its domains twice. */
function twiceNote(fleet: LiveFleet, row: number): string {
  const on = wordOf(fleet, row, COUNTED_ON)
  return on === null ? '' : `\nThe same domain as on ${displayText(on)}: it is counted there.`
}

/** One cell in words: what it is, its value, and how old it is. */
function hintFor(view: GridView, { row, column: index }: Place): string {
  const { fleet, now, layout } = view
  const column = layout.columns[index]
  if (column === undefined) return ''
  const text = displayText(cellText(fleet, row, column, now))
  const samples = fleet.freshness[hostRowOf(fleet.domains, row)]
  if (column.kind === 'state' && samples?.state === 'unreachable')
    return `The host is out of reach. Last known state: ${lastStateOf(fleet, row) ?? 'none'}.`
  if (column.kind === 'host') return `${column.label}: ${text}${twiceNote(fleet, row)}`
  const own = ownLimitNote(fleet, row, column.id) + sourceNote(fleet, row, column.id)
  const whole = column.kind === 'age' || (column.groups !== 0 && isInactive(fleet, row))
  const read = whole ? readingsOf(fleet, row) : column.groups
  const lines = [`${column.label}: ${text}${own}`, ...ageLines(fleet, row, read, now)]
  return lines.join('\n')
}

/** How old what a cell shows is, by which of the readings it comes from, and what the row's last records left out. */
function ageLines(fleet: LiveFleet, row: number, readings: number, now: number): string[] {
  const samples = fleet.freshness[hostRowOf(fleet.domains, row)]
  const age = agesOf(fleet, row, readings, now)
  if (samples === undefined || age === null || age.oldest < 0) return []
  const lines = [`${READING_NAMES[age.oldest]} ${lateText(age, samples.intervalMs[age.oldest] ?? 0)}`]
  const { partialGroups = 0, cause = 0 } = fleet.exceptions.get(row) ?? {}
  if ((partialGroups & readings) !== 0) lines.push(partialText(partialGroups, cause))
  return lines
}
