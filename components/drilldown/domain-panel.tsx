'use client'

import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { formatDetail } from '../../lib/view/detail-choice.ts'
import type { DetailView } from '../live/live-detail.ts'
import { usePage, useViewStore } from '../shell/view-context.tsx'
import { isCompared } from '../shell/view-store.ts'
import { ownAddress } from '../ui/address.ts'
import { SafeText } from '../ui/safe-text.tsx'
import { spanOf } from './charts/range-span.ts'
import { useDetailView } from './detail-context.tsx'
import { DrillDown } from './drill-down.tsx'
import { PanelFrame } from './panel/panel-frame.tsx'

interface DomainPanelProps {
  readonly host: string
  readonly uuid: string
  /** Null where the panel is a page of its own. */
  readonly onClose: (() => void) | null
}

/** One domain, beside the grid or as a page. Give it a key: another domain is another panel. */
export function DomainPanel({ host, uuid, onClose }: DomainPanelProps) {
  const store = useViewStore()
  const [lastMs] = useState(() => spanOf(store.getState().view.detail.range, 0))
  const view = useDetailView(host, uuid, lastMs)
  const here = useFollowedHost(view, host, uuid)
  const tools = (
    <>
      <BackToComparison />
      <PageLink host={here} uuid={uuid} />
    </>
  )
  return (
    <PanelFrame
      title={view === null ? uuid : <Name view={view} uuid={uuid} />}
      tools={onClose === null ? null : tools}
      onClose={onClose}
    >
      {view === null ? null : <DrillDown key={`${uuid}@${host}`} view={view} host={here} uuid={uuid} />}
    </PanelFrame>
  )
}

/** The host that the domain is on, which may be another than it was opened on; the link follows. */
function useFollowedHost(view: DetailView | null, host: string, uuid: string): string {
  const store = useViewStore()
  const [here, setHere] = useState(host)
  useEffect(() => {
    if (view === null) return
    const follow = () => {
      const now = view.store.getState().host
      setHere(now)
      store.follow({ host, uuid }, now)
    }
    follow()
    return view.store.subscribe(follow)
  }, [view, store, host, uuid])
  return here
}

/** Where this one was opened out of a comparison. */
function BackToComparison() {
  const store = useViewStore()
  const count = usePage((page) => (isCompared(page.view.compare.domains) ? page.view.compare.domains.length : 0))
  return count === 0 ? null : (
    <button type="button" className="plain" onClick={() => store.open(null)} title="Back to the comparison (Esc)">
      Compare {count}
    </button>
  )
}

/** The same view as a page of its own. */
function PageLink({ host, uuid }: { host: string; uuid: string }) {
  const detail = usePage((page) => page.view.detail)
  const [href, setHref] = useState('')
  useEffect(() => {
    const query = formatDetail(host, uuid, detail)
    setHref(ownAddress(`/domain?${query}`))
  }, [host, uuid, detail])
  return (
    <a className="plain" href={href === '' ? undefined : href} title="Open as a page">
      Page
    </a>
  )
}

function Name({ view, uuid }: { view: DetailView; uuid: string }) {
  const name = useStore(view.store, (state) => state.name)
  return <SafeText text={name === '' ? uuid : name} />
}
