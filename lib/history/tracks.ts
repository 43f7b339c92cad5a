import type { HistoryStore } from './history-store.ts'
import type { HistoryStream } from './history-stream.ts'
import type { TrackKind } from './layout.ts'
import { type PageHead, readPageHead, readPageLayout, Tier } from './page.ts'

/** One thing that a stream holds something of, and from when to when. */
export interface KeptTrack {
  readonly kind: TrackKind
  readonly identity: string
  readonly from: number
  readonly to: number
}

/** Everything that is kept of a stream, page heads read and no rows: in the order of the newest layout, gone things last. */
export function listTracks(store: HistoryStore, stream: HistoryStream): KeptTrack[] {
  const tracks = new Map<string, { kind: TrackKind; identity: string; from: number; to: number }>()
  for (const tier of [Tier.Exact, Tier.Coarse]) {
    visitHeads(store, stream, tier, (page, head) => {
      const schema = store.schemas[stream.lane]
      const layout = schema ? readPageLayout(page, head, schema) : null
      for (const { kind, identity } of layout?.parts ?? []) {
        const key = `${kind.entity} ${identity}`
        const { from = head.firstTime, to = head.lastTime } = tracks.get(key) ?? {}
        const [first, last] = [Math.min(from, head.firstTime), Math.max(to, head.lastTime)]
        tracks.set(key, { kind, identity, from: first, to: last })
      }
    })
  }
  return [...tracks.values()]
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
