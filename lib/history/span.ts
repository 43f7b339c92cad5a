import { WINDOW_MS } from './coarse-window.ts'
import { type HistoryStore, REACH_MS } from './history-store.ts'
import type { HistoryStream } from './history-stream.ts'
import type { Layout, LayoutPart } from './page/layout.ts'
import { LayoutCache } from './page/layout-cache.ts'
import { type DecodedPage, decodePage, Tier } from './page/page.ts'

/** Rows of a page that belong to a span: `rows` of them from the first. */
export interface SpanPage {
  readonly page: DecodedPage
  readonly rows: number
}

/** A stretch of a stream, decoded: pages in the order of time, coarse ones as far as no sample reaches. */
export interface Span {
  readonly pages: readonly SpanPage[]
  /** Pages that were there and could not be read; what they held is missing. */
  readonly broken: number
}

/**
 * Decodes the pages of a stream that touch (from, to], and one before them, for the interval that the first sample ends.
 *
 * @remarks Reaches back from the newest sample by {@link REACH_MS} at most.
 */
export function readSpan(store: HistoryStore, stream: HistoryStream, from: number, to: number): Span {
  const reach = (tier: Tier) => Math.max(from, stream.lastTime - REACH_MS[tier])
  const exact = walk(store, stream, Tier.Exact, reach(Tier.Exact), to)
  const exactFrom = exact.pages[0]?.firstTime ?? Number.POSITIVE_INFINITY
  if (exactFrom <= from) return { pages: whole(exact.pages), broken: exact.broken }
  const coarse = walk(store, stream, Tier.Coarse, reach(Tier.Coarse), Math.min(to, exactFrom))
  const older = coarse.pages.map((page) => ({ page, rows: rowsBefore(page, exactFrom) })).filter(({ rows }) => rows > 0)
  return { pages: [...older, ...whole(exact.pages)], broken: exact.broken + coarse.broken }
}

function whole(pages: readonly DecodedPage[]): SpanPage[] {
  return pages.map((page) => ({ page, rows: page.rows }))
}

/** Windows that began before `time`: the last one may hold a little of what the exact pages hold too. */
function rowsBefore(page: DecodedPage, time: number): number {
  let rows = page.rows
  while (rows > 0 && Math.floor(page.times[rows - 1]! / WINDOW_MS) * WINDOW_MS >= time) rows--
  return rows
}

interface Walk {
  readonly pages: DecodedPage[]
  readonly broken: number
}

function walk(store: HistoryStore, stream: HistoryStream, tier: Tier, from: number, to: number): Walk {
  const schema = store.schemas[stream.lane]
  const pages: DecodedPage[] = []
  const layouts = new LayoutCache()
  const open = store.openPage(stream, tier)
  let position = stream.newest[tier]
  let next = open ?? store.memory.logs[tier].page(position)
  let broken = 0
  while (next !== null && schema) {
    const page = decodePage(next, schema, layouts)
    if (page === null || page.stream !== stream.number || page.previous >= position + (next === open ? 1 : 0)) {
      broken++
      break
    }
    if (page.firstTime <= to) pages.unshift(page)
    if (page.lastTime < from) break
    position = page.previous
    next = store.memory.logs[tier].page(position)
  }
  return { pages, broken }
}

/** Where a thing's series are; null when it was not there. */
export function findPart(layout: Layout, entity: string, identity: string): LayoutPart | null {
  return layout.parts.find((part) => part.kind.entity === entity && part.identity === identity) ?? null
}
