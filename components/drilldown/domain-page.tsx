'use client'

import { useEffect, useState } from 'react'
import { formatDetail, readDetail } from '../../lib/view/detail-choice.ts'
import { parseQuery } from '../../lib/view/query-string.ts'
import { PageFrame } from '../shell/page-frame.tsx'
import { useViewStore } from '../shell/view-context.tsx'
import type { ViewStore } from '../shell/view-store.ts'
import { DomainPanel } from './domain-panel.tsx'

/** Browsers refuse more than about 100 changes of the address in 30 s. */
const WRITE_DELAY_MS = 300

interface Named {
  readonly host: string
  readonly uuid: string
}

/** `/domain?host=&uuid=`: the panel as a page of its own. */
export function DomainPage() {
  const store = useViewStore()
  const [named, setNamed] = useState<Named | null | 'reading'>('reading')
  useEffect(() => {
    const query = parseQuery(window.location.search)
    const host = query.get('host') ?? ''
    const uuid = query.get('uuid') ?? ''
    const problems: string[] = []
    store.setDetail(readDetail(query, problems))
    store.setState({ problems })
    setNamed(host === '' || uuid === '' ? null : { host, uuid })
    return host === '' || uuid === '' ? undefined : attachDetailLink(store, host, uuid)
  }, [store])
  return (
    <PageFrame>
      <h1 className="hidden">Domain</h1>
      {named === 'reading' ? null : named === null ? (
        <p className="page-message">
          The link names no domain. It needs a host and a UUID: <code>/domain?host=…&amp;uuid=…</code>
        </p>
      ) : (
        <div className="domain-page">
          <DomainPanel host={named.host} uuid={named.uuid} onClose={null} />
        </div>
      )}
    </PageFrame>
  )
}

/** Keeps the address of the page at what is shown; returns the undo. */
function attachDetailLink(store: ViewStore, host: string, uuid: string): () => void {
  let timer: number | undefined
  const write = (): void => {
    timer = undefined
    const query = formatDetail(host, uuid, store.getState().view.detail)
    window.history.replaceState(window.history.state, '', `?${query}`)
  }
  const unsubscribe = store.subscribe((state, before) => {
    if (state.view.detail !== before.view.detail) timer ??= window.setTimeout(write, WRITE_DELAY_MS)
  })
  return () => {
    window.clearTimeout(timer)
    unsubscribe()
  }
}
