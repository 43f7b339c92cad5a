// biome-ignore-all lint/a11y/useSemanticElements: a grid of pooled rows cannot be made of table elements.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has one tab stop, itself.
'use client'

import { useEffect, useMemo, useRef, useState } from 'react'
import { NO_VIEW } from '../../lib/sync/messages/view-request.ts'
import { fitWidths } from '../../lib/view/fit-widths.ts'
import { DEFAULT_COLUMNS, findColumn, subscribedColumns } from '../../lib/view/grid-columns.ts'
import type { ColumnChoice } from '../../lib/view/view-state.ts'
import { useFeed, useFeedState } from '../live/use-fleet.tsx'
import { STRIP_DOMAIN_COLUMNS, STRIP_HOST_COLUMNS } from '../shell/strip-model.ts'
import { usePage, useViewStore } from '../shell/view-context.tsx'
import type { ViewStore } from '../shell/view-store.ts'
import { attachGrid } from './attach-grid.ts'
import { GridView } from './body/grid-view.ts'
import type { GridActions } from './grid-actions.ts'
import type { GridLayout } from './grid-layout.ts'
import { createLayout, ROW_HEIGHTS } from './grid-layout.ts'
import { GridHeader } from './tools/grid-header.tsx'
import { GridMessage } from './tools/grid-message.tsx'

/** The grid of domains. React makes its frame and header; rows and cells belong to {@link GridView}. */
export function FleetGrid() {
  const feed = useFeed()
  const store = useViewStore()
  const root = useRef<HTMLDivElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const totals = useRef<HTMLDivElement>(null)
  const [view, setView] = useState<GridView | null>(null)
  const [width, setWidth] = useState(0)
  const layout = useLayout(width)
  const sort = usePage((page) => page.view.sort)
  const ready = useFeedState((state) => state.ready)
  const matched = usePage((page) => page.matched)

  useEffect(() => {
    const elements = { root: root.current!, body: body.current!, totals: totals.current! }
    const created = new GridView(elements, feed)
    created.onReport = ({ matched, holding }) => report(store, matched, holding, feed.store.getState().paused)
    const observer = new ResizeObserver(() => setWidth(elements.root.clientWidth))
    observer.observe(elements.root)
    const detach = attachGrid(created, elements.root, feed, actionsOf(store))
    setView(created)
    return () => {
      observer.disconnect()
      detach()
      created.destroy()
      setView(null)
    }
  }, [feed, store])

  useFollow(view, layout, sort)
  useSubscription(layout)
  useView(view)

  return (
    <div className="grid-frame">
      <div
        ref={root}
        id="grid"
        role="grid"
        className="grid"
        aria-label="Domains"
        aria-colcount={layout.columns.length}
        aria-multiselectable="true"
        tabIndex={0}
        data-ready={ready || matched > 0}
      >
        <div role="rowgroup" className="head">
          {width === 0 ? null : <GridHeader layout={layout} sort={sort} />}
          <div role="row" aria-rowindex={2} className="totals-row" ref={totals} />
        </div>
        <div role="rowgroup" className="body" ref={body} />
      </div>
      <GridMessage />
    </div>
  )
}

function useLayout(width: number): GridLayout {
  const choices = useShownColumns()
  const remembered = usePage((page) => page.rememberedWidths)
  const density = usePage((page) => page.view.density)
  return useMemo(() => {
    const sized = choices.flatMap((choice) => {
      const column = findColumn(choice.id)
      return column === null ? [] : [{ column, width: choice.width ?? remembered[column.id] ?? null }]
    })
    const columns = sized.map(({ column }) => column)
    return createLayout(columns, fitWidths(sized, width), ROW_HEIGHTS[density])
  }, [choices, remembered, density, width])
}

/** The columns of the view; those of a new view without the projects, as long as no domain has one. */
function useShownColumns(): readonly ColumnChoice[] {
  const choices = usePage((page) => page.view.columns)
  const feed = useFeed()
  const projects = useFeedState(() => {
    const column = feed.fleet.domains.column('project')
    return column !== null && (feed.fleet.domains.dictionaries.get(column.number)?.words.length ?? 0) > 0
  })
  return useMemo(
    () =>
      projects || choices.map(({ id }) => id).join() !== DEFAULT_COLUMNS.join()
        ? choices
        : choices.filter(({ id }) => id !== 'project'),
    [choices, projects],
  )
}

function useFollow(view: GridView | null, layout: GridLayout, sort: Parameters<GridView['setSort']>[0]): void {
  const filter = usePage((page) => page.filter)
  const theme = usePage((page) => page.view.theme)
  const picked = usePage((page) => page.view.compare.domains)
  useEffect(() => view?.setLayout(layout), [view, layout])
  useEffect(() => view?.setSort(sort), [view, sort])
  useEffect(() => view?.setFilter(filter), [view, filter])
  useEffect(() => view?.choose(picked), [view, picked])
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from the page, which the theme changes.
  useEffect(() => {
    // After the theme switch has put the theme on the document.
    const timer = setTimeout(() => view?.restyle(), 0)
    return () => clearTimeout(timer)
  }, [view, theme])
}

function useSubscription(layout: GridLayout): void {
  const feed = useFeed()
  const sort = usePage((page) => page.view.sort)
  const shown = layout.columns.map((column) => column.id).join()
  useEffect(() => {
    const sorted = sort.map((key) => key.column)
    feed.setColumns(subscribedColumns(shown.split(','), sorted, STRIP_DOMAIN_COLUMNS), STRIP_HOST_COLUMNS)
  }, [feed, shown, sort])
}

/** Lets the feed tell the server what shows. */
function useView(view: GridView | null): void {
  const feed = useFeed()
  const store = useViewStore()
  useEffect(() => {
    if (view === null) return
    feed.setView(() => {
      const { view: page, filterInForce } = store.getState()
      return { ...view.shown(), sort: page.sort, filter: filterInForce }
    })
    return () => feed.setView(() => NO_VIEW)
  }, [feed, store, view])
}

function actionsOf(store: ViewStore): GridActions {
  return {
    open: (domain) => store.open(domain),
    sortBy: (column, add) => store.sortBy(column, add),
    opened: () => store.getState().view.open,
    picked: (domains) => store.pick(domains),
  }
}

function report(store: ViewStore, matched: number, holding: boolean, paused: boolean): void {
  const order = paused ? 'paused' : holding ? 'hold' : 'calm'
  const now = store.getState()
  if (now.matched !== matched || now.order !== order) store.setState({ matched, order })
}
