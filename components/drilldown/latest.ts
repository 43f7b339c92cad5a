import type { SeriesPart } from '../charts/chart-model.ts'

/** A value older than this many of its own spans, and this many ms, is not the present one. */
const LATE_SPANS = 3
const LATE_MS = 5000

/** The newest value of a series at `now`; NaN when it is late or not known. */
export function latestValue(parts: readonly SeriesPart[], now: number): number {
  let [value, newest] = [Number.NaN, Number.NEGATIVE_INFINITY]
  for (const { track, index } of parts) {
    let last = track.count - 1
    while (last >= 0 && track.times[last]! > now) last--
    if (last < 0 || track.times[last]! <= newest) continue
    newest = track.times[last]!
    const isLate = now - newest > Math.max(LATE_MS, LATE_SPANS * track.spans[last]!)
    value = isLate ? Number.NaN : track.series[index]!.high[last]!
  }
  return value
}
