// biome-ignore-all lint/a11y/useSemanticElements: rows of which only some exist cannot be table elements.
// biome-ignore-all lint/a11y/useFocusableInteractive: the list has one tab stop, itself.
'use client'

import type { ReactNode } from 'react'
import { useLayoutEffect, useRef, useState } from 'react'

const OVERSCAN = 8

/** In which order a list is, and what a click on the heading of a column does. */
export interface ListSort {
  readonly column: number
  readonly isDown: boolean
  readonly onSort: (column: number) => void
}

interface VirtualListProps<T> {
  readonly items: readonly T[]
  readonly rowHeight: number
  readonly label: string
  /** Labels of the columns. */
  readonly columns: readonly string[]
  /** Lets the user choose the order; whoever gives `items` puts them into it. */
  readonly sort?: ListSort
  readonly keyOf: (item: T) => string
  readonly render: (item: T) => ReactNode
}

/** A table of rows of one height, of which only those near the visible ones exist. For thousands of plain lines. */
export function VirtualList<T>({ items, rowHeight, label, columns, sort, keyOf, render }: VirtualListProps<T>) {
  const ref = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 600 })
  useLayoutEffect(() => {
    const element = ref.current
    if (element === null) return
    const measure = (): void => setView({ top: element.scrollTop, height: element.clientHeight })
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    element.addEventListener('scroll', measure, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', measure)
    }
  }, [])
  const first = Math.max(0, Math.floor(view.top / rowHeight) - OVERSCAN)
  const end = Math.min(items.length, Math.ceil((view.top + view.height) / rowHeight) + OVERSCAN)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <div ref={ref} className="list" role="table" aria-label={label} aria-rowcount={items.length + 1} tabIndex={0}>
      <div role="rowgroup" className="list-head">
        <div role="row" className="list-row" aria-rowindex={1}>
          {columns.map((column, index) => (
            <Heading key={column} label={column} index={index} sort={sort} />
          ))}
        </div>
      </div>
      <div role="rowgroup" className="list-body" style={{ height: items.length * rowHeight }}>
        {items.slice(first, end).map((item, index) => (
          <div
            role="row"
            className="list-row"
            key={keyOf(item)}
            aria-rowindex={first + index + 2}
            style={{ transform: `translateY(${(first + index) * rowHeight}px)`, height: rowHeight }}
          >
            {render(item)}
          </div>
        ))}
      </div>
    </div>
  )
}

function Heading({ label, index, sort }: { label: string; index: number; sort: ListSort | undefined }) {
  if (sort === undefined) return <span role="columnheader">{label}</span>
  const isSorted = sort.column === index
  return (
    <span role="columnheader" aria-sort={isSorted ? (sort.isDown ? 'descending' : 'ascending') : 'none'}>
      <button type="button" className="plain list-sort" onClick={() => sort.onSort(index)}>
        {label}
        {isSorted ? <span aria-hidden="true">{sort.isDown ? ' ▾' : ' ▴'}</span> : null}
      </button>
    </span>
  )
}
