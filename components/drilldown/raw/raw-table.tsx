// biome-ignore-all lint/a11y/useSemanticElements: cells of a list whose rows are not table elements.
'use client'

import { useMemo, useState } from 'react'
import { fieldRemark } from '../../../lib/metrics/field-remarks.ts'
import { foldText } from '../../../lib/query/fold.ts'
import { ageText } from '../../../lib/view/age-text.ts'
import { displayText } from '../../../lib/view/display-text.ts'
import { SafeText } from '../../ui/safe-text.tsx'
import { VirtualList } from '../../ui/virtual-list.tsx'
import type { RawParameter } from '../domain-answer.ts'
import { RawRates } from './raw-rates.ts'

const ROW_HEIGHT = 22

interface RawTableProps {
  readonly raw: readonly RawParameter[]
  /** When `raw` came, on the page's monotonic clock. */
  readonly answeredAt: number
}

/** Every typed parameter that libvirt sent, exact, nothing hidden; with its rate where it counts. */
export function RawTable({ raw, answeredAt }: RawTableProps) {
  const [search, setSearch] = useState('')
  const [rates] = useState(() => new RawRates())
  const [readAt, setReadAt] = useState(Number.NEGATIVE_INFINITY)
  if (readAt !== answeredAt) {
    rates.read(raw, answeredAt)
    setReadAt(answeredAt)
  }
  const found = useMemo(() => {
    const words = foldText(search).split(/\s+/).filter(Boolean)
    // A domain of 512 vCPUs has more than twenty thousand.
    if (words.length === 0) return raw
    return raw.filter((one) => {
      const text = foldText(`${one.name} ${one.value}`)
      return words.every((word) => text.includes(word))
    })
  }, [raw, search])
  return (
    <div className="raw">
      <div className="raw-head">
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
        columns={['Name', 'Value', 'Rate', 'Type', 'Age']}
        keyOf={(one) => one.name}
        render={(one) => (
          <>
            <span role="cell" title={titleOf(one.name)}>
              <SafeText text={one.name} />
              <Remark name={one.name} />
            </span>
            <span role="cell" className="exact" title={displayText(one.value)}>
              <SafeText text={one.value} />
            </span>
            <span role="cell">{rates.textOf(one.name)}</span>
            <span role="cell">{one.type}</span>
            <span role="cell">{ageText(one.ageMs)}</span>
          </>
        )}
      />
    </div>
  )
}

/** What the name suggests and does not mean, as far as there is room. */
function Remark({ name }: { name: string }) {
  const remark = fieldRemark(name)
  return remark === null ? null : <small className="hint"> {remark}</small>
}

function titleOf(name: string): string {
  const remark = fieldRemark(name)
  return remark === null ? displayText(name) : `${displayText(name)}\n${remark}`
}
