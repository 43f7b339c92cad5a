'use client'

import { useState } from 'react'
import { foldText } from '../../../lib/query/fold.ts'
import type { GridColumn } from '../../../lib/view/grid-columns.ts'
import { findColumn, GRID_COLUMNS } from '../../../lib/view/grid-columns.ts'
import type { ColumnChoice } from '../../../lib/view/view-state.ts'
import { DEFAULT_VIEW } from '../../../lib/view/view-state.ts'
import { usePage, useViewStore } from '../../shell/view-context.tsx'
import { Modal } from '../../ui/modal.tsx'
import { moveItem } from './move-item.ts'

/** Which columns the grid shows, and in which order. */
export function ColumnPicker() {
  const open = usePage((page) => page.pickerOpen)
  const store = useViewStore()
  if (!open) return null
  return (
    <Modal title="Columns" onClose={() => store.setState({ pickerOpen: false })}>
      <div className="picker">
        <Chosen />
        <Offered />
      </div>
    </Modal>
  )
}

function Chosen() {
  const store = useViewStore()
  const columns = usePage((page) => page.view.columns)
  const [dragged, setDragged] = useState(-1)
  const move = (from: number, to: number): void => store.setColumns(moveItem(columns, from, to))
  return (
    <section aria-label="Shown columns">
      <h3>Shown, in this order</h3>
      <ol className="picker-list">
        {columns.map((choice, index) => (
          <li
            key={choice.id}
            draggable
            data-dragged={index === dragged ? '' : undefined}
            onDragStart={(event) => {
              event.dataTransfer.effectAllowed = 'move'
              setDragged(index)
            }}
            onDragOver={(event) => {
              event.preventDefault()
              if (dragged < 0 || dragged === index) return
              move(dragged, index)
              setDragged(index)
            }}
            onDragEnd={() => setDragged(-1)}
          >
            <ChosenItem choice={choice} index={index} count={columns.length} move={move} />
          </li>
        ))}
      </ol>
      <button type="button" onClick={() => store.setColumns(DEFAULT_VIEW.columns)}>
        Reset
      </button>
    </section>
  )
}

interface ChosenItemProps {
  readonly choice: ColumnChoice
  readonly index: number
  readonly count: number
  readonly move: (from: number, to: number) => void
}

function ChosenItem({ choice, index, count, move }: ChosenItemProps) {
  const store = useViewStore()
  const column = findColumn(choice.id)
  if (column === null) return null
  const remove = (): void => {
    store.setColumns(store.getState().view.columns.filter((one) => one.id !== choice.id))
  }
  return (
    <>
      <span className="grip" aria-hidden="true">
        ⠿
      </span>
      <span className="picker-name">{fullLabel(column)}</span>
      <button
        type="button"
        className="plain"
        disabled={index === 0}
        onClick={() => move(index, index - 1)}
        aria-label={`Move ${fullLabel(column)} up`}
      >
        ↑
      </button>
      <button
        type="button"
        className="plain"
        disabled={index === count - 1}
        onClick={() => move(index, index + 1)}
        aria-label={`Move ${fullLabel(column)} down`}
      >
        ↓
      </button>
      <button
        type="button"
        className="plain"
        disabled={count === 1}
        onClick={remove}
        aria-label={`Remove ${fullLabel(column)}`}
      >
        ✕
      </button>
    </>
  )
}

function Offered() {
  const store = useViewStore()
  const columns = usePage((page) => page.view.columns)
  const [search, setSearch] = useState('')
  const shown = new Set(columns.map((choice) => choice.id))
  const offered = GRID_COLUMNS.filter((column) => matches(column, search))
  const toggle = (id: string): void => {
    const without = columns.filter((choice) => choice.id !== id)
    if (without.length === columns.length) store.setColumns([...columns, { id, width: null }])
    else if (without.length > 0) store.setColumns(without)
  }
  return (
    <section aria-label="All columns">
      <h3>All columns</h3>
      <input
        type="search"
        value={search}
        placeholder="Search columns"
        aria-label="Search columns"
        onChange={(event) => setSearch(event.target.value)}
      />
      <ul className="picker-list">
        {offered.map((column) => (
          <li key={column.id}>
            <label title={column.description}>
              <input type="checkbox" checked={shown.has(column.id)} onChange={() => toggle(column.id)} />
              <span className="picker-name">{fullLabel(column)}</span>
              <span className="picker-unit">{column.metric?.unit ?? ''}</span>
            </label>
          </li>
        ))}
        {offered.length === 0 ? <li className="hint">No column matches.</li> : null}
      </ul>
    </section>
  )
}

function fullLabel(column: GridColumn): string {
  return column.metric?.label ?? column.label
}

function matches(column: GridColumn, search: string): boolean {
  const text = foldText(`${column.id} ${column.metric?.alias ?? ''} ${column.description}`)
  return foldText(search)
    .split(/\s+/)
    .every((word) => text.includes(word))
}
