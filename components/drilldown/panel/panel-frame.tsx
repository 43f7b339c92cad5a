'use client'

import type { ReactNode } from 'react'
import { useId } from 'react'
import { useFeedState } from '../../live/use-fleet.tsx'
import { LEAST_PANEL_PX, usePanelWidth } from './panel-width.ts'
import { ResizeHandle } from './resize-handle.tsx'

interface PanelFrameProps {
  readonly title: ReactNode
  /** Between the title and the button that closes. */
  readonly tools: ReactNode
  /** Null where the panel is a page of its own. */
  readonly onClose: (() => void) | null
  readonly children: ReactNode
}

/** Heading and borders of what stands beside the grid, or is a page. */
export function PanelFrame({ title, tools, onClose, children }: PanelFrameProps) {
  const paused = useFeedState((state) => state.paused)
  const { width, most, setWidth } = usePanelWidth()
  const titleId = useId()
  const panel = (
    <aside className="panel" aria-labelledby={titleId} style={onClose === null ? undefined : { width }}>
      <div className="panel-head">
        <h2 id={titleId}>{title}</h2>
        {paused ? <span className="panel-paused">paused</span> : null}
        {tools}
        {onClose === null ? null : (
          <button type="button" className="plain" onClick={onClose} aria-label="Close" title="Close (Esc)">
            ✕
          </button>
        )}
      </div>
      {children}
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
