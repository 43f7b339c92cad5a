'use client'

import { useEffect, useId, useState } from 'react'
import { useStore } from 'zustand'
import { formatDetail } from '../../lib/view/detail-choice.ts'
import type { DetailView } from '../live/live-detail.ts'
import { useFeedState } from '../live/use-fleet.tsx'
import { usePage, useViewStore } from '../shell/view-context.tsx'
import { SafeText } from '../ui/safe-text.tsx'
import { useDetailView } from './detail-context.tsx'
import { DrillDown } from './drill-down.tsx'
import { LEAST_PANEL_PX, usePanelWidth } from './panel-width.ts'
import { spanOf } from './range-span.ts'
import { ResizeHandle } from './resize-handle.tsx'

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
  const paused = useFeedState((state) => state.paused)
  const { width, most, setWidth } = usePanelWidth()
  const titleId = useId()
  const panel = (
    <aside className="panel" aria-labelledby={titleId} style={onClose === null ? undefined : { width }}>
      <div className="panel-head">
        <h2 id={titleId}>{view === null ? uuid : <Name view={view} uuid={uuid} />}</h2>
        {paused ? <span className="panel-paused">paused</span> : null}
        {onClose === null ? null : <PageLink host={host} uuid={uuid} />}
        {onClose === null ? null : (
          <button type="button" className="plain" onClick={onClose} aria-label="Close" title="Close (Esc)">
            ✕
          </button>
        )}
      </div>
      {view === null ? null : <DrillDown key={`${uuid}@${host}`} view={view} host={host} uuid={uuid} />}
    </aside>
  )
  if (onClose === null) return panel
  return (
    <>
      <ResizeHandle width={width} least={LEAST_PANEL_PX} most={most} onWidth={setWidth} />
      {panel}
    </>
  )
}

/** The same view as a page of its own. */
function PageLink({ host, uuid }: { host: string; uuid: string }) {
  const detail = usePage((page) => page.view.detail)
  const [href, setHref] = useState('')
  useEffect(() => {
    const query = formatDetail(host, uuid, detail)
    setHref(`/domain?${query}`)
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
