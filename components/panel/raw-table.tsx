// biome-ignore-all lint/a11y/useSemanticElements: cells of a list whose rows are not table elements.
'use client'

import { useState } from 'react'
import { foldText } from '../../lib/query/fold.ts'
import { ageText } from '../../lib/view/age-text.ts'
import { displayText } from '../../lib/view/display-text.ts'
import { SafeText } from '../ui/safe-text.tsx'
import { VirtualList } from '../ui/virtual-list.tsx'
import type { RawParameter } from './domain-answer.ts'

const ROW_HEIGHT = 22

/** Every typed parameter that libvirt sent, exact, nothing hidden. */
export function RawTable({ raw }: { raw: readonly RawParameter[] }) {
  const [search, setSearch] = useState('')
  const words = foldText(search).split(/\s+/)
  const found = raw.filter((one) => words.every((word) => foldText(`${one.name} ${one.value}`).includes(word)))
  return (
    <section aria-label="Typed parameters" className="raw">
      <div className="raw-head">
        <h3>Typed parameters</h3>
        <span className="hint">{found.length === raw.length ? raw.length : `${found.length} of ${raw.length}`}</span>
        <input
          type="search"
          value={search}
          placeholder="Search"
          aria-label="Search typed parameters"
          onChange={(event) => setSearch(event.target.value)}
        />
      </div>
      <VirtualList
        items={found}
        rowHeight={ROW_HEIGHT}
        label="Typed parameters"
        columns={['Name', 'Value', 'Type', 'Age']}
        keyOf={(one) => one.name}
        render={(one) => (
          <>
            <span role="cell" title={displayText(one.name)}>
              <SafeText text={one.name} />
            </span>
            <span role="cell" className="exact" title={displayText(one.value)}>
              <SafeText text={one.value} />
            </span>
            <span role="cell">{one.type}</span>
            <span role="cell">{ageText(one.ageMs)}</span>
          </>
        )}
      />
    </section>
  )
}
