import { findColumn } from '../../lib/view/grid-columns.ts'
import type { GridView } from './body/grid-view.ts'
import { cellText } from './row-values.ts'

/**
 * What browser tests may read: the store behind the grid, to compare it with what the page shows.
 *
 * @remarks Read-only, and nothing in it can be learned otherwise than from the page: it makes no secret public.
 */
export interface TestHook {
  /** Offset of the last commit that was applied; `data-offset` of the grid is the one last painted. */
  readonly offset: number
  /** Domain rows in the order that is shown. */
  readonly rows: readonly number[]
  /** What the cell of a domain row must show: value, a space, unit. Computed from the tables at the call. */
  cell(row: number, columnId: string): string
}

declare global {
  interface Window {
    __domscope?: TestHook
  }
}

/** Puts the hook into the page; returns the undo. */
export function installTestHook(view: GridView): () => void {
  const hook: TestHook = {
    get offset() {
      return view.fleet.offset
    },
    get rows() {
      return [...view.model.rows.subarray(0, view.model.count)]
    },
    cell(row, columnId) {
      const column = findColumn(columnId)
      return column === null ? '' : cellText(view.fleet, row, column, view.now)
    },
  }
  window.__domscope = hook
  return () => {
    if (window.__domscope === hook) delete window.__domscope
  }
}
