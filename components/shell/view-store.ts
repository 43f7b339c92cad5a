import type { StoreApi } from 'zustand/vanilla'
import { createStore } from 'zustand/vanilla'
import type { Filter } from '../../lib/query/filter.ts'
import { parseFilter } from '../../lib/query/filter.ts'
import type { SortKey } from '../../lib/query/sort-spec.ts'
import { descendsFirst } from '../../lib/query/sort-spec.ts'
import type { CompareMetric, DomainName } from '../../lib/view/compare-choice.ts'
import { formatDomainName } from '../../lib/view/compare-choice.ts'
import type { DetailChoice } from '../../lib/view/detail-choice.ts'
import { DEFAULT_DETAIL } from '../../lib/view/detail-choice.ts'
import { columnSortKey } from '../../lib/view/sort-click.ts'
import type { ColumnChoice, Density, Theme, ViewState } from '../../lib/view/view-state.ts'
import { DEFAULT_VIEW } from '../../lib/view/view-state.ts'

/** The open domain went to another host while it was looked at. */
export interface DomainMove {
  /** As it was opened: the stream goes on with this name. */
  readonly asked: DomainName
  /** Where it is now; the link says so. */
  readonly host: string
}

export interface FilterFault {
  readonly message: string
  readonly at: number
}

/** What the order does, and why it holds. */
export type OrderState = 'calm' | 'hold' | 'paused'

/** The page's own small facts: what a link says, and what the grid found. Tables never live here. */
export interface PageState {
  readonly view: ViewState
  /** Widths that this browser remembers, for columns whose link says none. */
  readonly rememberedWidths: Readonly<Record<string, number>>
  /** The last filter that could be read; it stays in force while a new one is wrong. */
  readonly filter: Filter
  /** The text of `filter`. */
  readonly filterInForce: string
  readonly filterFault: FilterFault | null
  /** What was ignored in the link, until dismissed. */
  readonly problems: readonly string[]
  /** Null while the open domain is on the host that it was opened on. */
  readonly moved: DomainMove | null
  readonly matched: number
  readonly order: OrderState
  readonly helpOpen: boolean
  readonly pickerOpen: boolean
}

export interface ViewStore extends StoreApi<PageState> {
  replaceView(view: ViewState, problems: readonly string[]): void
  setFilter(text: string): void
  /** A click on a header: `add` makes it a further key. */
  sortBy(column: string, add: boolean): void
  setColumns(columns: readonly ColumnChoice[]): void
  setWidth(column: string, width: number | null): void
  setTheme(theme: Theme): void
  setDensity(density: Density): void
  /** Opens a domain, or none; a zoom belongs to the domain it was chosen in, or to those that are compared. */
  open(domain: ViewState['open']): void
  /** The domain that was opened as `asked` is on `host` now. */
  follow(asked: DomainName, host: string): void
  /** These domains are picked. Two or more are compared from now on; those that were picked keep their order. */
  pick(domains: readonly DomainName[]): void
  /** A picked domain is on `host` now: it is picked there, in its old place. */
  followPick(domain: DomainName, host: string): void
  setCompareMetrics(metrics: readonly CompareMetric[]): void
  setDetail(patch: Partial<DetailChoice>): void
}

/** Creates the store of one page. */
export function createViewStore(): ViewStore {
  const store = createStore<PageState>(() => ({
    view: DEFAULT_VIEW,
    rememberedWidths: {},
    filter: { terms: [] },
    filterInForce: '',
    filterFault: null,
    problems: [],
    moved: null,
    matched: 0,
    order: 'calm',
    helpOpen: false,
    pickerOpen: false,
  }))
  const patchView = (patch: Partial<ViewState>): void => store.setState(({ view }) => ({ view: { ...view, ...patch } }))
  const setFilter = (text: string): void => {
    patchView({ filter: text })
    const parsed = parseFilter(text)
    store.setState(
      parsed.ok ? { filter: parsed.filter, filterInForce: text, filterFault: null } : { filterFault: parsed },
    )
  }
  return {
    ...store,
    replaceView(view, problems) {
      store.setState({ view, problems, moved: null })
      setFilter(view.filter)
    },
    setFilter,
    sortBy: (column, add) => patchView({ sort: nextSort(store.getState().view.sort, column, add) }),
    setColumns: (columns) => patchView({ columns }),
    setWidth(column, width) {
      const { columns } = store.getState().view
      patchView({ columns: columns.map((choice) => (choice.id === column ? { id: column, width } : choice)) })
      store.setState(({ rememberedWidths }) => ({ rememberedWidths: remember(rememberedWidths, column, width) }))
    },
    setTheme: (theme) => patchView({ theme }),
    setDensity: (density) => patchView({ density }),
    open(open) {
      const { compare, detail } = store.getState().view
      store.setState({ moved: null })
      patchView({ open, detail: isCompared(compare.domains) ? detail : { ...detail, zoom: DEFAULT_DETAIL.zoom } })
    },
    follow(asked, host) {
      const { view, moved } = store.getState()
      const known = moved === null || !isSame(moved.asked, asked) ? asked.host : moved.host
      if (known === host) return
      const { open } = view
      const shown = open !== null && isSame(open, { ...asked, host: known })
      store.setState({ moved: { asked, host }, view: shown ? { ...view, open: { ...asked, host } } : view })
    },
    pick(domains) {
      const { open, compare, detail } = store.getState().view
      const next = { ...compare, domains: inOrderOf(compare.domains, domains) }
      if (isCompared(domains)) patchView({ open: null, compare: next })
      // What was zoomed into may have been a stretch of those that are not compared any more.
      else patchView({ compare: next, detail: open === null ? { ...detail, zoom: DEFAULT_DETAIL.zoom } : detail })
    },
    followPick(domain, host) {
      const { compare } = store.getState().view
      const domains = movedTo(compare.domains, domain, host)
      if (domains !== compare.domains) patchView({ compare: { ...compare, domains } })
    },
    setCompareMetrics: (metrics) => patchView({ compare: { ...store.getState().view.compare, metrics } }),
    setDetail: (patch) => patchView({ detail: { ...store.getState().view.detail, ...patch } }),
  }
}

const isSame = (one: DomainName, other: DomainName): boolean => one.uuid === other.uuid && one.host === other.host

/** The domain beside the grid as it was opened: its panel stays the same when it moves. */
export function openedAs({ view: { open }, moved }: Pick<PageState, 'view' | 'moved'>): DomainName | null {
  return open !== null && moved !== null && isSame(open, { ...moved.asked, host: moved.host }) ? moved.asked : open
}

/** One picked domain is only picked: it takes two to compare. */
export function isCompared(picked: readonly DomainName[]): boolean {
  return picked.length >= 2
}

/** `domains` with one of them on another host, once if it was picked there too; itself when it is not among them. */
function movedTo(domains: readonly DomainName[], moved: DomainName, host: string): readonly DomainName[] {
  if (!domains.some((one) => isSame(one, moved))) return domains
  const next = domains.map((one) => (isSame(one, moved) ? { ...one, host } : one))
  return [...new Map(next.map((one) => [formatDomainName(one), one])).values()]
}

/** `domains` with those first that `before` has, in its order; `before` itself when nothing changed. */
function inOrderOf(before: readonly DomainName[], domains: readonly DomainName[]): readonly DomainName[] {
  const wanted = new Map(domains.map((domain) => [formatDomainName(domain), domain]))
  const kept = before.filter((domain) => wanted.delete(formatDomainName(domain)))
  return kept.length === before.length && wanted.size === 0 ? before : [...kept, ...wanted.values()]
}

function nextSort(sort: readonly SortKey[], column: string, add: boolean): readonly SortKey[] {
  return columnSortKey(sort, { column, descending: descendsFirst(column) }, add)
}

function remember(
  widths: Readonly<Record<string, number>>,
  column: string,
  width: number | null,
): Readonly<Record<string, number>> {
  const { [column]: _dropped, ...others } = widths
  return width === null ? others : { ...others, [column]: width }
}
