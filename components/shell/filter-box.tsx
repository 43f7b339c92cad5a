'use client'

import { useId } from 'react'
import { markInvisible } from '../../lib/text/mark-invisible.ts'
import { usePage, useViewStore } from './view-context.tsx'
import type { FilterFault } from './view-store.ts'

export const FILTER_INPUT_ID = 'filter'

/** The filter box, with the fault of a filter that cannot be read under it. */
export function FilterBox() {
  const store = useViewStore()
  const text = usePage((page) => page.view.filter)
  const fault = usePage((page) => page.filterFault)
  const noteId = useId()
  return (
    <search className="filter">
      <input
        id={FILTER_INPUT_ID}
        type="search"
        value={text}
        placeholder="Filter by name, project, owner, host, UUID or address"
        aria-label="Filter by name, project, owner, host, UUID or address"
        aria-invalid={fault !== null}
        aria-describedby={fault === null && markInvisible(text) === text ? undefined : noteId}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => store.setFilter(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.stopPropagation()
          if (text === '') event.currentTarget.blur()
          else store.setFilter('')
        }}
      />
      <kbd title="Press / to filter">/</kbd>
      <FilterNote id={noteId} text={text} fault={fault} />
    </search>
  )
}

/** What is wrong with the filter, or what of it an input does not show. */
function FilterNote({ id, text, fault }: { id: string; text: string; fault: FilterFault | null }) {
  const marked = markInvisible(text)
  if (fault !== null) return <Fault id={id} text={text} fault={fault} />
  if (marked === text) return null
  return (
    <div className="filter-fault" id={id} role="status">
      <code aria-hidden="true">
        <bdi>{marked}</bdi>
      </code>
      <p>The filter holds characters that cannot be seen; they are looked for too.</p>
    </div>
  )
}

function Fault({ id, text, fault }: { id: string; text: string; fault: FilterFault }) {
  const before = markInvisible(text.slice(0, fault.at))
  return (
    <div className="filter-fault" id={id} role="status">
      <code aria-hidden="true">
        {before}
        <mark>{markInvisible(text.slice(fault.at, fault.at + 1)) || ' '}</mark>
        {markInvisible(text.slice(fault.at + 1))}
        {'\n'}
        {' '.repeat(before.length)}^
      </code>
      <p>{markInvisible(fault.message)} The last good filter stays in force.</p>
    </div>
  )
}
