import type { RasterTime } from '../../lib/view/strip-raster.ts'
import type { SeriesPart } from './chart-model.ts'

/** When a vCPU was there. */
type Presence = readonly { readonly track: Pick<SeriesPart['track'], 'since' | 'until'> }[]

/**
 * Whether it is known that a vCPU was not there at a moment: before it was plugged, or after it was unplugged.
 *
 * @param watchedSince - Of what was before it, nothing is known. See {@link watchedSince}.
 */
export function isAway(parts: Presence, at: number, watchedSince: number): boolean {
  if (at < watchedSince || parts.length === 0) return false
  return parts.every(({ track: { since, until } }) => at < (since ?? at) || at > (until ?? at))
}

/** When the first point of any row begins; Infinity without points. */
export function watchedSince(rows: readonly { readonly parts: readonly Pick<SeriesPart, 'track'>[] }[]): number {
  let first = Number.POSITIVE_INFINITY
  for (const { parts } of rows) {
    for (const { track } of parts) if (track.count > 0) first = Math.min(first, track.times[0]! - track.spans[0]!)
  }
  return first
}

/** Whether a vCPU came or went while it was watched. */
export function cameOrWent(parts: Presence): boolean {
  return parts.some(({ track: { since, until } }) => since !== null || until !== null)
}

/** Writes `away` over the pixels of the columns in which a vCPU was not there, where nothing else is. */
export function fillAway(
  parts: Presence,
  { from, columnMs, columns }: RasterTime,
  pixels: Uint32Array,
  at: number,
  away: number,
  watchedSince: number,
): void {
  if (!cameOrWent(parts)) return
  for (let column = 0; column < columns; column++) {
    const moment = from + (column + 0.5) * columnMs
    if (pixels[at + column] === 0 && isAway(parts, moment, watchedSince)) pixels[at + column] = away
  }
}
