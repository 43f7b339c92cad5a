'use client'

import { useEffect, useState } from 'react'
import type { DomainName } from '../../lib/view/compare-choice.ts'
import { formatCompare, readCompare } from '../../lib/view/compare-choice.ts'
import { formatDetail, readDetail } from '../../lib/view/detail-choice.ts'
import { parseQuery } from '../../lib/view/query-string.ts'
import { PageFrame } from '../shell/page-frame.tsx'
import { useViewStore } from '../shell/view-context.tsx'
import type { PageState, ViewStore } from '../shell/view-store.ts'
import { ComparePanel } from './compare/compare-panel.tsx'
import { DomainPanel } from './domain-panel.tsx'

/** Browsers refuse more than about 100 changes of the address in 30 s. */
const WRITE_DELAY_MS = 300

/** What the link names: one domain, those to compare, or nothing. */
type Named = DomainName | 'compared' | 'nothing' | 'reading'

/** `/domain?host=&uuid=` or `/domain?compare=`: the panel as a page of its own. */
export function DomainPage() {
  const store = useViewStore()
  const [named, setNamed] = useState<Named>('reading')
  useEffect(() => {
    const query = parseQuery(window.location.search)
    const host = query.get('host') ?? ''
    const uuid = query.get('uuid') ?? ''
    const problems: string[] = []
    const compare = readCompare(query, problems)
    store.pick(compare.domains)
    store.setCompareMetrics(compare.metrics)
    store.setDetail(readDetail(query, problems))
    store.setState({ problems, moved: null })
    const isOne = host !== '' && uuid !== ''
    const [first] = compare.domains
    setNamed(isOne ? { host, uuid } : first === undefined ? 'nothing' : 'compared')
    if (isOne) return attachPageLink(store, ({ view, moved }) => formatDetail(moved?.host ?? host, uuid, view.detail))
    if (first === undefined) return
    return attachPageLink(store, ({ view }) => formatCompare(view.compare, view.detail))
  }, [store])
  return (
    <PageFrame>
      <h1 className="hidden">{named === 'compared' ? 'Compare' : 'Domain'}</h1>
      <Content named={named} />
    </PageFrame>
  )
}

function Content({ named }: { readonly named: Named }) {
  if (named === 'reading') return null
  if (named === 'nothing')
    return (
      <p className="page-message">
        The link names no domain. It needs a host and a UUID: <code>/domain?host=…&amp;uuid=…</code>, or several to
        compare: <code>/domain?compare=UUID@HOST,UUID@HOST</code>
      </p>
    )
  return (
    <div className="domain-page">
      {named === 'compared' ? (
        <ComparePanel onClose={null} />
      ) : (
        <DomainPanel host={named.host} uuid={named.uuid} onClose={null} />
      )}
    </div>
  )
}

/** Keeps the address of the page at what is shown; returns the undo. */
function attachPageLink(store: ViewStore, format: (page: PageState) => string): () => void {
  let timer: number | undefined
  const write = (): void => {
    timer = undefined
    const query = format(store.getState())
    window.history.replaceState(window.history.state, '', `?${query}`)
  }
  const unsubscribe = store.subscribe((state, before) => {
    const [now, then] = [state.view, before.view]
    const isOther = now.detail !== then.detail || now.compare !== then.compare || state.moved !== before.moved
    if (isOther) timer ??= window.setTimeout(write, WRITE_DELAY_MS)
  })
  return () => {
    window.clearTimeout(timer)
    unsubscribe()
  }
}
