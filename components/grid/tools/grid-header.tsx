// biome-ignore-all lint/a11y/useSemanticElements: a grid of pooled rows cannot be made of table elements.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has one tab stop, itself.
'use client'

import type { PointerEvent as ReactPointerEvent } from 'react'
import type { SortKey } from '../../../lib/query/sort-spec.ts'
import { MAX_COLUMN_WIDTH, MIN_COLUMN_WIDTH } from '../../../lib/view/grid-columns.ts'
import { useViewStore } from '../../shell/view-context.tsx'
import type { GridLayout } from '../grid-layout.ts'

const ARIA_SORT = { up: 'ascending', down: 'descending' } as const

/** The header row: a click sorts, a drag at the right edge resizes, a double click there goes back to normal. */
export function GridHeader({ layout, sort }: { layout: GridLayout; sort: readonly SortKey[] }) {
  return (
    <div role="row" aria-rowindex={1} className="head-row" style={{ width: layout.totalWidth }}>
      {layout.columns.map((_, index) => (
        <HeaderCell key={layout.columns[index]!.id} layout={layout} index={index} sort={sort} />
      ))}
    </div>
  )
}

function HeaderCell({ layout, index, sort }: { layout: GridLayout; index: number; sort: readonly SortKey[] }) {
  const store = useViewStore()
  const column = layout.columns[index]!
  const { id, sortKey = id } = column
  const place = sort.findIndex((key) => key.column === sortKey || key.column === id)
  const direction = place < 0 ? null : sort[place]!.descending ? 'down' : 'up'
  const frozen = index < layout.frozen
  const numeric = column.metric !== null && column.kind !== 'state'
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has one tab stop; `s` sorts by the column with the cursor.
    <div
      role="columnheader"
      aria-colindex={index + 1}
      aria-sort={place === 0 && direction !== null ? ARIA_SORT[direction] : undefined}
      className={numeric || column.kind === 'age' ? 'h num' : 'h'}
      data-column={column.id}
      data-frozen={frozen ? (index === layout.frozen - 1 ? 'last' : '') : undefined}
      data-sort={direction ?? undefined}
      title={`${column.description}\nClick sorts, shift-click adds a sort key.`}
      style={{ width: layout.widths[index], left: frozen ? layout.edges[index] : undefined }}
      onClick={(event) => store.sortBy(sortKey, event.shiftKey)}
    >
      <span className="h-label">{column.label}</span>
      {column.unit === null ? null : <span className="h-unit">{column.unit}</span>}
      {direction === null ? null : (
        <span className="h-arrow" aria-hidden="true">
          {direction === 'down' ? '▼' : '▲'}
          {sort.length > 1 ? <sub>{place + 1}</sub> : null}
        </span>
      )}
      <span
        className="h-resize"
        aria-hidden="true"
        onPointerDown={(event) =>
          startResize(event, layout.widths[index]!, (width) => store.setWidth(column.id, width))
        }
        onClick={(event) => event.stopPropagation()}
        onDoubleClick={() => store.setWidth(column.id, null)}
      />
    </div>
  )
}

function startResize(event: ReactPointerEvent<HTMLElement>, from: number, apply: (width: number) => void): void {
  const handle = event.currentTarget
  const startX = event.clientX
  event.preventDefault()
  handle.setPointerCapture(event.pointerId)
  const move = (moved: PointerEvent): void => {
    const width = Math.round(from + moved.clientX - startX)
    apply(Math.max(MIN_COLUMN_WIDTH, Math.min(MAX_COLUMN_WIDTH, width)))
  }
  const end = (): void => {
    handle.removeEventListener('pointermove', move)
    handle.removeEventListener('pointerup', end)
    handle.removeEventListener('pointercancel', end)
  }
  handle.addEventListener('pointermove', move)
  handle.addEventListener('pointerup', end)
  handle.addEventListener('pointercancel', end)
}
