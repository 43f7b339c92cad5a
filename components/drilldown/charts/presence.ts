import { UNKNOWN_TEXT } from '../../../lib/metrics/format.ts'
import { clockText } from '../../../lib/view/time-ticks.ts'
import type { DetailTrack } from '../../live/live-detail.ts'

/** Since or until when it was online, as far as the kept time tells. */
export function onlineText(
  tracks: readonly Pick<DetailTrack, 'since' | 'until'>[],
  wallOffsetMs: number,
): { readonly text: string; readonly isOff: boolean } {
  const newest = newestOf(tracks)
  if (newest === undefined) return { text: UNKNOWN_TEXT, isOff: false }
  if (newest.until !== null) return { text: `until ${clock(newest.until + wallOffsetMs)}`, isOff: true }
  return { text: newest.since === null ? 'all the time' : `since ${clock(newest.since + wallOffsetMs)}`, isOff: false }
}

/** Of the tracks that a vCPU has on each host that the domain was on: the one that goes on, or ended last. */
function newestOf<T extends Pick<DetailTrack, 'until'>>(tracks: readonly T[]): T | undefined {
  const end = ({ until }: T) => until ?? Number.POSITIVE_INFINITY
  return tracks.reduce<T | undefined>(
    (best, one) => (best === undefined || end(one) >= end(best) ? one : best),
    undefined,
  )
}

/** Since or until when a disk or NIC was there; empty when it was there all the time. */
export function presenceNote(tracks: readonly Pick<DetailTrack, 'since' | 'until'>[], wallOffsetMs: number): string {
  const newest = newestOf(tracks)
  if (newest === undefined || (newest.since === null && newest.until === null)) return ''
  return onlineText(tracks, wallOffsetMs).text
}

function clock(wall: number): string {
  return clockText(wall - new Date(wall).getTimezoneOffset() * 60_000)
}
