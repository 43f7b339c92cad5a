import type { HistoryStore } from './history-store.ts'
import type { HistoryStream } from './history-stream.ts'
import type { Layout, TrackKind } from './page/layout.ts'
import { LayoutCache } from './page/layout-cache.ts'
import { type PageHead, readPageHead, readPageLayout, Tier } from './page/page.ts'

/** One thing that a stream holds something of, and from when to when. */
export interface KeptTrack {
  readonly kind: TrackKind
  readonly identity: string
  readonly from: number
  readonly to: number
}

/** Everything that is kept of a stream, page heads read and no rows: in the order of the newest layout, gone things last. */
export function listTracks(store: HistoryStore, stream: HistoryStream): KeptTrack[] {
  const tracks = new Map<string, KeptTrack>()
  for (const [layout, { from, to }] of rangesOf(store, stream)) {
    for (const { kind, identity } of layout.parts) {
      const key = `${kind.entity} ${identity}`
      const known = tracks.get(key)
      const range = { from: Math.min(known?.from ?? from, from), to: Math.max(known?.to ?? to, to) }
      tracks.set(key, { kind, identity, ...range })
    }
  }
  return [...tracks.values()]
}

interface Range {
  from: number
  to: number
}

/** First and last time of each run of pages with one layout. */
function rangesOf(store: HistoryStore, stream: HistoryStream): ReadonlyMap<Layout, Range> {
  const ranges = new Map<Layout, Range>()
  const schema = store.schemas[stream.lane]
  for (const tier of [Tier.Exact, Tier.Coarse]) {
    const layouts = new LayoutCache()
    visitHeads(store, stream, tier, (page, { layoutBytes, firstTime, lastTime }) => {
      const layout = schema ? readPageLayout(page, { layoutBytes }, schema, layouts) : null
      if (layout === null) return
      const range = ranges.get(layout)
      if (range === undefined) ranges.set(layout, { from: firstTime, to: lastTime })
      else range.from = Math.min(range.from, firstTime)
    })
  }
  return ranges
}

/** Goes through the pages of a tier, newest first; ends at one that cannot be read. */
function visitHeads(
  store: HistoryStore,
  stream: HistoryStream,
  tier: Tier,
  visit: (page: Uint8Array, head: PageHead) => void,
): void {
  let page = store.openPage(stream, tier) ?? store.memory.logs[tier].page(stream.newest[tier])
  let before = Number.POSITIVE_INFINITY
  while (page !== null) {
    const head = readPageHead(page)
    if (head === null || head.stream !== stream.number || head.previous >= before) return
    visit(page, head)
    before = head.previous
    page = store.memory.logs[tier].page(head.previous)
  }
}
