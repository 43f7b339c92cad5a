import { pageAge } from '../../lib/query/page-age.ts'
import { wholeAgeText } from '../../lib/view/age-text.ts'
import type { FeedState, LiveFleet } from '../live/live-fleet.ts'
import { clockText } from './server-clock.ts'

/** Data this much older than they should be are not shown as live any more. */
const STALE_MS = 5000

export interface BannerWords {
  readonly title: string
  readonly why: string
}

/**
 * What stands across the screen when what it shows is not now; null while it is.
 *
 * @param wallAt - The server's wall clock at a moment of the browser's monotonic clock; null while it is not known.
 */
export function bannerWords(
  feed: FeedState,
  fleet: LiveFleet,
  now: number,
  wallAt: (now: number) => number | null,
): BannerWords | null {
  if (feed.status === 'refused')
    return { title: titleOf(feed, fleet, now, wallAt), why: feed.detail ?? 'The server refused this screen.' }
  const page = pageAge(fleet.freshness, now)
  const silentMs = now - (feed.lastFrameAt ?? Number.NEGATIVE_INFINITY)
  if (silentMs <= STALE_MS && (page.inStep > 0 || page.behind + page.outOfReach === 0)) return null
  return { title: titleOf(feed, fleet, now, wallAt), why: whyOf(feed, silentMs, page.outOfReach, now) }
}

function titleOf(feed: FeedState, fleet: LiveFleet, now: number, wallAt: (now: number) => number | null): string {
  if (feed.lastFrameAt === null) return 'NO DATA YET'
  const goodAt = lastGoodAt(fleet)
  if (!Number.isFinite(goodAt)) return 'NO DATA YET'
  const wall = wallAt(goodAt)
  const age = wholeAgeText(Math.max(0, now - goodAt))
  return wall === null ? `NO DATA FOR ${age}` : `NO DATA SINCE ${clockText(wall)} · ${age}`
}

/** When anything was read last. */
function lastGoodAt({ freshness }: LiveFleet): number {
  let newest = Number.NEGATIVE_INFINITY
  for (const host of freshness) {
    if (host === undefined) continue
    for (const at of host.sampledAt) if (at > newest) newest = at
  }
  return newest
}

function whyOf(feed: FeedState, silentMs: number, outOfReach: number, now: number): string {
  if (feed.status === 'waiting') {
    const seconds = feed.retryAt === null ? 0 : Math.max(0, Math.ceil((feed.retryAt - now) / 1000))
    const next = seconds > 0 ? `next try in ${seconds} s` : 'trying now'
    return `${capital(feed.detail ?? 'the server cannot be reached')}; ${next}, try ${feed.attempt}.`
  }
  if (feed.status === 'connecting') return 'Connecting to the server.'
  if (silentMs > STALE_MS) return `Nothing has come from the server for ${wholeAgeText(silentMs)}.`
  return outOfReach > 0 ? 'No host is in reach of the server.' : 'All hosts are behind.'
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
