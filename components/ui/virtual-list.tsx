// biome-ignore-all lint/a11y/useSemanticElements: rows of which only some exist cannot be table elements.
// biome-ignore-all lint/a11y/useFocusableInteractive: the list has one tab stop, itself.
'use client'

import type { ReactNode } from 'react'
import { useLayoutEffect, useRef, useState } from 'react'

const OVERSCAN = 8

interface VirtualListProps<T> {
  readonly items: readonly T[]
  readonly rowHeight: number
  readonly label: string
  /** Labels of the columns. */
  readonly columns: readonly string[]
  readonly keyOf: (item: T) => string
  readonly render: (item: T) => ReactNode
}

/** A table of rows of one height, of which only those near the visible ones exist. For thousands of plain lines. */
export function VirtualList<T>({ items, rowHeight, label, columns, keyOf, render }: VirtualListProps<T>) {
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
          {columns.map((column) => (
            <span role="columnheader" key={column}>
              {column}
            </span>
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
