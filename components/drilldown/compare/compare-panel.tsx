'use client'

import { useCallback, useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { DomainName } from '../../../lib/view/compare-choice.ts'
import { formatCompare, formatDomainName } from '../../../lib/view/compare-choice.ts'
import { useFeedState } from '../../live/use-fleet.tsx'
import { usePage, useViewStore } from '../../shell/view-context.tsx'
import { isCompared } from '../../shell/view-store.ts'
import { ownAddress } from '../../ui/address.ts'
import { spanOf } from '../charts/range-span.ts'
import { OpenAlone } from '../header/domain-link.tsx'
import { PanelFrame } from '../panel/panel-frame.tsx'
import { Compare } from './compare.tsx'
import { CompareList } from './compare-list.tsx'
import type { CompareViews } from './compare-views.ts'
import { useCompareViews } from './use-compare-views.ts'

/** The picked domains side by side, beside the grid or as a page. `onClose` is null for a page. */
export function ComparePanel({ onClose }: { readonly onClose: (() => void) | null }) {
  const store = useViewStore()
  const picked = usePage((page) => page.view.compare.domains)
  const limit = useFeedState((state) => state.detailLimit)
  const shown = useMemo(() => picked.slice(0, limit), [picked, limit])
  const [lastMs] = useState(() => spanOf(store.getState().view.detail.range, 0))
  const views = useCompareViews(shown, lastMs)
  const openAlone = useCallback((domain: DomainName) => store.open(domain), [store])
  return (
    <OpenAlone value={onClose === null ? null : openAlone}>
      <PanelFrame
        title={shown.length === 1 ? 'Compare: one domain' : `Compare ${shown.length} domains`}
        tools={onClose === null ? null : <PageLink />}
        onClose={onClose}
      >
        {picked.length <= shown.length ? null : (
          <p className="panel-error" role="status">
            {picked.length} domains are picked. The first {shown.length} are compared: a page may have {limit} open at
            once.
          </p>
        )}
        {views === null ? null : <Compared views={views} isPage={onClose === null} />}
      </PanelFrame>
    </OpenAlone>
  )
}

function Compared({ views, isPage }: { readonly views: CompareViews; readonly isPage: boolean }) {
  const store = useViewStore()
  const compared = useStore(views.store, (state) => state.compared)
  useEffect(() => {
    const follow = (): void => {
      for (const [domain, host] of views.moves()) store.followPick(domain, host)
    }
    follow()
    return views.store.subscribe(follow)
  }, [views, store])
  const drop = useCallback(
    (domain: DomainName) => {
      const key = formatDomainName(domain)
      const left = store.getState().view.compare.domains.filter((one) => formatDomainName(one) !== key)
      const [last] = left
      if (isCompared(left) || isPage) store.pick(left)
      else {
        // One alone is no comparison: it is opened, as by a click.
        store.pick([])
        store.open(last ?? null)
      }
    },
    [store, isPage],
  )
  return (
    <>
      <CompareList compared={compared} onDrop={compared.length > 1 ? drop : null} />
      <Compare views={views} />
    </>
  )
}

/** The same view as a page of its own. */
function PageLink() {
  const compare = usePage((page) => page.view.compare)
  const detail = usePage((page) => page.view.detail)
  return (
    <a className="plain" href={ownAddress(`/domain?${formatCompare(compare, detail)}`)} title="Open as a page">
      Page
    </a>
  )
}
