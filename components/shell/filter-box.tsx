'use client'

import { useId } from 'react'
import { usePage, useViewStore } from './view-context.tsx'

export const FILTER_INPUT_ID = 'filter'

/** The filter box, with the fault of a filter that cannot be read under it. */
export function FilterBox() {
  const store = useViewStore()
  const text = usePage((page) => page.view.filter)
  const fault = usePage((page) => page.filterFault)
  const faultId = useId()
  return (
    <search className="filter">
      <input
        id={FILTER_INPUT_ID}
        type="search"
        value={text}
        placeholder="Filter by name, project, owner, host, UUID or address"
        aria-label="Filter by name, project, owner, host, UUID or address"
        aria-invalid={fault !== null}
        aria-describedby={fault === null ? undefined : faultId}
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
      {fault === null ? null : (
        <div className="filter-fault" id={faultId} role="status">
          <code aria-hidden="true">
            {text.slice(0, fault.at)}
            <mark>{text.slice(fault.at, fault.at + 1) || ' '}</mark>
            {text.slice(fault.at + 1)}
            {'\n'}
            {' '.repeat(fault.at)}^
          </code>
          <p>{fault.message} The last good filter stays in force.</p>
        </div>
      )}
    </search>
  )
}
