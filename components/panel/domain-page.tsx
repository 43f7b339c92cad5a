'use client'

import { useEffect, useState } from 'react'
import { parseQuery } from '../../lib/view/query-string.ts'
import { PageFrame } from '../shell/page-frame.tsx'
import { DomainPanel } from './domain-panel.tsx'

interface Named {
  readonly host: string
  readonly uuid: string
}

/** `/domain?host=&uuid=`: the panel as a page of its own. */
export function DomainPage() {
  const [named, setNamed] = useState<Named | null | 'reading'>('reading')
  useEffect(() => {
    const query = parseQuery(window.location.search)
    const host = query.get('host') ?? ''
    const uuid = query.get('uuid') ?? ''
    setNamed(host === '' || uuid === '' ? null : { host, uuid })
  }, [])
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
