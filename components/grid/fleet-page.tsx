'use client'

import { useEffect } from 'react'
import { ComparePanel } from '../drilldown/compare/compare-panel.tsx'
import { DomainPanel } from '../drilldown/domain-panel.tsx'
import { attachLink } from '../shell/link-sync.ts'
import { LiveRegion } from '../shell/live-region.tsx'
import { PageFrame } from '../shell/page-frame.tsx'
import { TotalsStrip } from '../shell/totals-strip.tsx'
import { usePage, useViewStore } from '../shell/view-context.tsx'
import { isCompared, openedAs } from '../shell/view-store.ts'
import { FleetGrid } from './fleet-grid.tsx'
import { ColumnPicker } from './tools/column-picker.tsx'
import { GridTools } from './tools/grid-tools.tsx'

/** The fleet: totals, the grid, and the open domain beside it. */
export function FleetPage() {
  const store = useViewStore()
  const open = usePage(openedAs)
  const compared = usePage((page) => isCompared(page.view.compare.domains))
  const density = usePage((page) => page.view.density)
  useEffect(() => attachLink(store), [store])
  return (
    <PageFrame>
      <h1 className="hidden">Fleet</h1>
      <TotalsStrip />
      <GridTools />
      <div className="fleet" data-density={density}>
        <FleetGrid />
        {open === null ? null : (
          <DomainPanel
            key={`${open.uuid}@${open.host}`}
            host={open.host}
            uuid={open.uuid}
            onClose={() => {
              store.open(null)
              document.getElementById('grid')?.focus()
            }}
          />
        )}
        {open === null && compared ? (
          <ComparePanel
            onClose={() => {
              store.pick([])
              document.getElementById('grid')?.focus()
            }}
          />
        ) : null}
      </div>
      <ColumnPicker />
      <LiveRegion />
    </PageFrame>
  )
}
