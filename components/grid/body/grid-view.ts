import type { Filter } from '../../../lib/query/filter.ts'
import type { SortKey } from '../../../lib/query/sort-spec.ts'
import type { DomainName } from '../../../lib/view/compare-choice.ts'
import { formatDomainName } from '../../../lib/view/compare-choice.ts'
import type { RowExtent, RowWindow } from '../../../lib/view/row-window.ts'
import {
  OVERSCAN_ROWS,
  RESTING_OVERSCAN_ROWS,
  rowOffsetAt,
  scrollTopAfterMove,
  scrollTopFor,
  scrollTopToShow,
  spacerHeight,
  windowAt,
} from '../../../lib/view/row-window.ts'
import type { Feed, LiveFleet } from '../../live/live-fleet.ts'
import type { ColumnSource } from '../cells/cell.ts'
import { createSource } from '../cells/registry.ts'
import type { GridLayout } from '../grid-layout.ts'
import { createLayout, HEAD_HEIGHT, sameColumns } from '../grid-layout.ts'
import { Cursor } from '../picks/cursor.ts'
import { Selection } from '../picks/selection.ts'
import { GridModel } from './grid-model.ts'
import { Levels } from './levels.ts'
import { cellId, FIRST_ROW_INDEX } from './pool-row.ts'
import { ReachableRows } from './reachable-rows.ts'
import { RowPool } from './row-pool.ts'
import { ScrollAnchor } from './scroll-anchor.ts'
import { SparkLayer } from './spark-layer.ts'
import { SparkRing } from './spark-ring.ts'
import { TotalsRow } from './totals-row.ts'

const TOTALS_INTERVAL_MS = 1000
/** Without a scroll for so long, the grid rests. */
const SCROLL_REST_MS = 1000

export interface GridElements {
  /** Scrolls; carries the grid role. */
  readonly root: HTMLElement
  /** Holds the rows; as high as all of them. */
  readonly body: HTMLElement
  readonly totals: HTMLElement
}

/** What the grid found out while painting, for the page around it. */
export interface GridReport {
  readonly matched: number
  readonly holding: boolean
}

/**
 * The grid without React: one painter, run at most once per animation frame, that reads the fleet's tables and writes
 * the cells that show.
 *
 * @remarks Commits, scrolling, resizing and choices of the user only set flags and ask for the painter.
 */
export class GridView {
  readonly model = new GridModel()
  readonly selection = new Selection()
  layout: GridLayout = createLayout([], [], 28)
  cursorColumn = 0
  /** The pointer is over the rows. */
  pointerInside = false
  onReport: (report: GridReport) => void = () => undefined
  /** Where the user has scrolled to, over a restart of the server. */
  readonly scrolledTo = new ScrollAnchor()
  private readonly cursor = new Cursor()
  private readonly elements: GridElements
  private readonly feed: Feed
  private readonly levels = new Levels()
  private readonly ring = new SparkRing('cpuPercent')
  private readonly sparks = new SparkLayer(this.ring)
  private readonly totalsRow: TotalsRow
  private readonly reachable = new ReachableRows()
  private sources: ColumnSource[] = []
  private readonly pool: RowPool
  private viewport = { width: 0, height: 0 }
  private frame = 0
  private scrolledAt = Number.NEGATIVE_INFINITY
  private valuesDirty = true
  private totalsAt = Number.NEGATIVE_INFINITY
  private pausedAt: number | null = null
  private spacerPx = -1
  /** The user asked for another order or other rows: show them from the first one. */
  private fromTop = false

  constructor(elements: GridElements, feed: Feed) {
    this.elements = elements
    this.feed = feed
    this.totalsRow = new TotalsRow(elements.totals)
    elements.body.append(this.sparks.element)
    this.pool = new RowPool(this.sparks.element)
  }

  get fleet(): LiveFleet {
    return this.feed.fleet
  }

  /** Domain row with the cursor, -1 for none. */
  get cursorRow(): number {
    return this.cursor.row
  }

  set cursorRow(row: number) {
    this.cursor.set(row, this.fleet)
  }

  /** The moment that ages are reckoned at: it stands still while the stream is paused. */
  get now(): number {
    const { paused } = this.feed.store.getState()
    this.pausedAt = paused ? (this.pausedAt ?? performance.now()) : null
    return this.pausedAt ?? performance.now()
  }

  get extent(): RowExtent {
    return { rowCount: this.model.count, rowHeight: this.layout.rowHeight, viewportPx: this.viewport.height }
  }

  /** Rows that fit the screen, and rows above the first one that shows. */
  shown(): { readonly rows: number; readonly skip: number } {
    const { root } = this.elements
    const rows = Math.ceil(Math.max(0, root.clientHeight - HEAD_HEIGHT) / this.layout.rowHeight) + 1
    return { rows, skip: this.model.count === 0 ? 0 : windowAt(this.extent, root.scrollTop).firstVisible }
  }

  setLayout(layout: GridLayout): void {
    const same = sameColumns(this.layout, layout)
    this.layout = layout
    this.elements.body.style.width = `${layout.totalWidth}px`
    this.markWide()
    if (same) {
      this.pool.resize(layout)
      this.totalsRow.resize(layout)
    } else {
      this.sources = layout.columns.map(createSource)
      this.totalsRow.build(layout, this.sources)
      this.totalsAt = Number.NEGATIVE_INFINITY
      this.cursorColumn = Math.min(this.cursorColumn, Math.max(0, layout.columns.length - 1))
      this.pool.reset(layout, this.sources)
    }
    this.valuesChanged()
  }

  setFilter(filter: Filter): void {
    if (this.model.setFilter(filter, this.now)) this.fromTop = true
    this.totalsAt = Number.NEGATIVE_INFINITY
    this.valuesChanged()
  }

  setSort(sort: readonly SortKey[]): void {
    if (this.model.setSort(sort, this.now)) this.fromTop = true
    this.valuesChanged()
  }

  setViewport(width: number, height: number): void {
    this.viewport = { width, height: Math.max(0, height - HEAD_HEIGHT) }
    this.markWide()
    this.valuesChanged()
  }

  /** Columns are made to stay at the left only where there is something to scroll: each such cell costs paint. */
  private markWide(): void {
    this.elements.root.toggleAttribute('data-wide', this.layout.totalWidth > this.viewport.width)
  }

  /** Reads colours again after a change of theme. */
  restyle(): void {
    this.sparks.restyle()
    this.schedule()
  }

  /** Cells may have changed: paint all that show. */
  valuesChanged(): void {
    this.valuesDirty = true
    this.schedule()
  }

  /** Picks these domains and no others, if they are not the picked ones already. The user is not told: it is his wish. */
  choose(domains: readonly DomainName[]): void {
    const { selection, fleet, now } = this
    const wanted = domains.map(formatDomainName)
    const picked = new Set(selection.identities())
    if (wanted.length === picked.size && wanted.every((identity) => picked.has(identity))) return
    selection.choose(wanted, fleet, now)
    this.valuesChanged()
  }

  /** Asks for the painter once. */
  schedule(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.paint())
  }

  /** The grid was scrolled: shows the rows that are there now, and more around them until it rests. */
  scrolled(): void {
    this.scrolledAt = performance.now()
    this.schedule()
  }

  cancel(): void {
    cancelAnimationFrame(this.frame)
    this.frame = 0
  }

  /** Takes everything out of the page again. */
  destroy(): void {
    this.cancel()
    this.pool.clear()
    this.sparks.element.remove()
    this.elements.totals.replaceChildren()
  }

  /** Scrolls as little as possible to show the row with the cursor. */
  revealCursor(): void {
    const index = this.model.places[this.cursorRow] ?? -1
    if (index < 0) return
    const { root } = this.elements
    root.scrollTop = scrollTopToShow(this.extent, root.scrollTop, index)
    this.revealColumn(root)
    this.schedule()
  }

  private revealColumn(root: HTMLElement): void {
    const { edges, frozen } = this.layout
    if (this.cursorColumn < frozen) return
    const left = edges[this.cursorColumn]! - edges[frozen]!
    const right = edges[this.cursorColumn + 1]! - this.viewport.width
    if (root.scrollLeft > left) root.scrollLeft = left
    else if (root.scrollLeft < right) root.scrollLeft = right
  }

  private holding(selectedText: globalThis.Selection | null): boolean {
    if (this.pointerInside || this.selection.size > 0) return true
    if (document.activeElement === this.elements.root && this.cursorRow >= 0) return true
    return selectedText !== null
  }

  private selectedText(): globalThis.Selection | null {
    const selected = document.getSelection()
    if (selected === null || selected.isCollapsed) return null
    return selected.containsNode(this.elements.body, true) ? selected : null
  }

  private paint(): void {
    this.frame = 0
    const { fleet, now } = this
    const selectedText = this.selectedText()
    const holding = this.holding(selectedText)
    if (this.valuesDirty) this.refresh(now, holding)
    // Read before anything is written: afterwards the browser would have to lay the page out to answer.
    const { scrollTop, scrollLeft } = this.elements.root
    const resting = performance.now() - this.scrolledAt >= SCROLL_REST_MS
    const window = windowAt(this.extent, scrollTop, resting ? RESTING_OVERSCAN_ROWS : OVERSCAN_ROWS)
    this.noteScroll(window, scrollTop)
    if (this.pool.fit(this.viewport.width, this.viewport.height, scrollLeft)) this.valuesDirty = true
    for (const [index, source] of this.sources.entries()) this.bind(source, index)
    this.levels.start(fleet, now)
    this.paintRows(window, now, selectedText)
    this.paintAround(window, now, scrollLeft)
    if (this.valuesDirty) this.report(holding)
    this.valuesDirty = false
  }

  private refresh(now: number, holding: boolean): void {
    const { fleet, model } = this
    const { paused, snapshots } = this.feed.store.getState()
    const anchor = this.fromTop || this.scrolledTo.isLost(snapshots) ? null : this.anchor()
    if (model.refresh(fleet, now, holding, paused)) {
      this.selection.follow(fleet, now)
      this.cursor.follow(fleet, now)
      this.keepAnchor(anchor)
      if (this.fromTop) this.goToTop()
      else this.scrollBack(snapshots, now)
    }
    this.ring.push(fleet, now)
    this.elements.root.ariaRowCount = String(model.count + FIRST_ROW_INDEX - 1)
    const height = spacerHeight(this.extent)
    if (height === this.spacerPx) return
    this.spacerPx = height
    this.elements.body.style.height = `${height}px`
  }

  /** The row that must not move when the order changes: the one with the cursor if it shows, else the first that does. */
  private anchor(): { readonly row: number; readonly index: number } | null {
    const { root } = this.elements
    if (root.scrollTop === 0 && this.cursorRow < 0) return null
    const { firstVisible } = windowAt(this.extent, root.scrollTop)
    const cursor = this.model.places[this.cursorRow] ?? -1
    const last = firstVisible + this.viewport.height / this.layout.rowHeight
    const index = cursor >= firstVisible && cursor <= last ? cursor : firstVisible
    const row = this.model.rows[index]
    return row === undefined || index >= this.model.count || root.scrollTop === 0 ? null : { row, index }
  }

  private keepAnchor(anchor: { readonly row: number; readonly index: number } | null): void {
    if (anchor === null) return
    const to = this.model.places[anchor.row] ?? -1
    if (to < 0) return
    const { root, body } = this.elements
    body.style.height = `${spacerHeight(this.extent)}px`
    root.scrollTop = scrollTopAfterMove(this.extent, root.scrollTop, anchor.index, to)
  }

  /** Goes back to the domain that showed before the tables were emptied, once it is there. */
  private scrollBack(life: number, now: number): void {
    const found = this.scrolledTo.find(this.fleet, life, now)
    const place = found === null ? -1 : (this.model.places[found.row] ?? -1)
    if (found === null || place < 0) return
    const { root, body } = this.elements
    body.style.height = `${spacerHeight(this.extent)}px`
    root.scrollTop = scrollTopFor(this.extent, place * this.layout.rowHeight + found.shiftPx)
    // While rows come they come above this one too.
    if (this.feed.store.getState().domainsToCome === null) this.scrolledTo.drop()
  }

  private goToTop(): void {
    this.scrolledTo.drop()
    this.fromTop = false
    this.elements.root.scrollTop = 0
    if (this.cursorRow >= 0 && this.model.count > 0) this.cursorRow = this.model.rows[0]!
  }

  private noteScroll({ firstVisible }: RowWindow, scrollTop: number): void {
    const { scrolledTo, model, extent } = this
    const { snapshots } = this.feed.store.getState()
    if (scrolledTo.isLost(snapshots)) return
    if (scrollTop === 0 || model.count === 0) scrolledTo.drop()
    else {
      const shiftPx = rowOffsetAt(extent, scrollTop) - firstVisible * extent.rowHeight
      scrolledTo.note(this.fleet, snapshots, model.rows[firstVisible]!, shiftPx)
    }
  }

  private bind(source: ColumnSource, index: number): void {
    const { domains } = this.fleet
    source.codes = domains.column(this.layout.columns[index]!.id)
    if (source.otherTexts !== null) source.otherCodes = domains.column('rssKiB')
  }

  private paintRows(window: RowWindow, now: number, selectedText: globalThis.Selection | null): void {
    const { selection, cursorRow, cursorColumn, valuesDirty, levels, fleet } = this
    this.pool.paint({
      window,
      order: this.model.rows,
      moment: { fleet, now, levels },
      valuesDirty,
      isSelected: (row) => selection.has(row),
      cursorRow,
      cursorColumn,
      selectedText,
    })
  }

  private paintAround(window: RowWindow, now: number, scrollLeft: number): void {
    const { root } = this.elements
    this.sparks.draw(this.pool.rows, this.layout, window.first, window.end, window.top, scrollLeft)
    // A total of a part would pass for one of the whole.
    const complete = this.feed.store.getState().domainsToCome === null
    if (this.valuesDirty && complete && now - this.totalsAt >= TOTALS_INTERVAL_MS) {
      this.totalsAt = now
      this.reachable.pick(this.fleet, this.model.rows, this.model.count)
      this.totalsRow.paint(this.reachable.rows, this.reachable.count)
    }
    const index = this.model.places[this.cursorRow] ?? -1
    const slot = index >= window.first && index < window.end ? index % this.pool.rows.length : -1
    if (slot < 0) root.removeAttribute('aria-activedescendant')
    else root.setAttribute('aria-activedescendant', cellId(slot, this.cursorColumn))
    root.dataset.offset = String(this.fleet.offset)
  }

  private report(holding: boolean): void {
    this.onReport({ matched: this.model.count, holding })
  }
}
