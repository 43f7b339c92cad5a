import type { PanelKind, WallPanel } from './wall-panel.ts'

/** A panel and its place, in rows and columns of text. */
export interface PlacedPanel {
  readonly panel: WallPanel
  /** Place among the panels of the picture. */
  readonly index: number
  readonly column: number
  /** Columns that it spans. */
  readonly span: number
  readonly top: number
  /** Rows, the panel's own title among them. */
  readonly rows: number
}

/** What is on the screen at once. */
export interface WallPage {
  readonly columns: number
  readonly panels: readonly PlacedPanel[]
}

/** Characters, in ems of the font, that a column needs for a name and a value. */
const COLUMN_EM = 19
const MOST_COLUMNS = 4
/** Rows that a panel is of no use with fewer of. */
const LEAST_ROWS: Readonly<Record<PanelKind, number>> = {
  conditions: 5,
  totals: 3,
  top: 5,
  hosts: 4,
  events: 4,
  heat: 6,
}
/** How much of the rows that are left a panel takes. */
const GROWTH: Readonly<Record<PanelKind, number>> = { conditions: 2, totals: 0, top: 2, hosts: 1, events: 1, heat: 3 }

/**
 * Puts panels on a screen of so many rows of text, on several pages when one has no room for them.
 *
 * @remarks Totals go across the screen. The others fill columns, in their order, the shortest column first; what room is
 * left goes to those that can show more with it.
 * @param widthEm - Width of the screen, in ems of its font.
 */
export function layoutWall(panels: readonly WallPanel[], widthEm: number, rows: number): readonly WallPage[] {
  const fit = Math.min(MOST_COLUMNS, Math.max(1, Math.floor(widthEm / COLUMN_EM)))
  const waiting = panels.map((panel, index) => ({ panel, index }))
  const pages: WallPage[] = []
  while (waiting.length > 0) pages.push(fillPage(waiting, fit, rows, widthEm))
  return pages
}

interface Waiting {
  readonly panel: WallPanel
  readonly index: number
}

/** Takes from `waiting` what fits on a page; always at least one panel. */
function fillPage(waiting: Waiting[], fit: number, rows: number, widthEm: number): WallPage {
  const wide: PlacedPanel[] = []
  let top = 0
  const columns = Math.max(1, Math.min(fit, waiting.filter(({ panel }) => panel.kind !== 'totals').length))
  const stacks: Waiting[][] = Array.from({ length: columns }, () => [])
  const used = new Array<number>(columns).fill(0)
  for (let at = 0; at < waiting.length; ) {
    const { panel, index } = waiting[at]!
    const needed = Math.min(rows, leastRows(panel, widthEm))
    const placed = wide.length + used.filter((one) => one > 0).length
    if (panel.kind === 'totals') {
      if (top + Math.max(...used) + needed > rows && placed > 0) break
      wide.push({ panel, index, column: 0, span: columns, top, rows: needed })
      top += needed
    } else {
      const column = used.indexOf(Math.min(...used))
      if (top + used[column]! + needed > rows && placed > 0) break
      stacks[column]!.push(waiting[at]!)
      used[column] = used[column]! + needed
    }
    waiting.splice(at, 1)
  }
  return { columns, panels: [...wide, ...stacks.flatMap((stack, column) => stretch(stack, column, top, rows))] }
}

function leastRows(panel: WallPanel, widthEm: number): number {
  if (panel.kind === 'totals') return LEAST_ROWS.totals * totalsLines(widthEm)
  if (panel.kind === 'top' && panel.count !== null) return Math.min(LEAST_ROWS.top, panel.count + 1)
  return LEAST_ROWS[panel.kind]
}

/** Em that one number of the totals takes, with its label. */
export const TOTAL_EM = 7.4
export const TOTALS = 7

/** Lines that the totals take on a screen of this width. */
export function totalsLines(widthEm: number): number {
  return Math.max(1, Math.ceil(TOTALS / Math.max(1, Math.floor(widthEm / TOTAL_EM))))
}

/** Places a column's panels from `top` on, and shares what is left of `rows` among them. */
function stretch(stack: readonly Waiting[], column: number, top: number, rows: number): PlacedPanel[] {
  const least = stack.map(({ panel }) => Math.min(rows - top, leastRows(panel, Number.POSITIVE_INFINITY)))
  let left = Math.max(0, rows - top - least.reduce((sum, one) => sum + one, 0))
  let weights = stack.reduce((sum, { panel }) => sum + growthOf(panel), 0)
  let at = top
  return stack.map(({ panel, index }, place) => {
    const weight = growthOf(panel)
    const more = weights === 0 ? 0 : Math.round((left * weight) / weights)
    left -= more
    weights -= weight
    const placed = { panel, index, column, span: 1, top: at, rows: least[place]! + more }
    at += placed.rows
    return placed
  })
}

function growthOf(panel: WallPanel): number {
  return GROWTH[panel.kind]
}
