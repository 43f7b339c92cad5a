import type { RasterTime } from '../../lib/view/strip-raster.ts'
import type { SeriesPart } from './chart-model.ts'

/** When a vCPU was there. */
type Presence = readonly { readonly track: Pick<SeriesPart['track'], 'since' | 'until'> }[]

/** Whether it is known that a vCPU was not there at a moment: before it was plugged, or after it was unplugged. */
export function isAway(parts: Presence, at: number): boolean {
  return parts.length > 0 && parts.every(({ track: { since, until } }) => at < (since ?? at) || at > (until ?? at))
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
): void {
  if (!cameOrWent(parts)) return
  for (let column = 0; column < columns; column++) {
    if (pixels[at + column] === 0 && isAway(parts, from + (column + 0.5) * columnMs)) pixels[at + column] = away
  }
}
