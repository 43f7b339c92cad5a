import type { DetailRangeName } from '../../../lib/view/detail-choice.ts'
import { DETAIL_RANGES } from '../../../lib/view/detail-choice.ts'

/** A range of everything is at least this long: an axis of seconds helps nobody. */
const LEAST_SPAN_MS = 60_000

/** Length of the time axis for a range, in whole minutes where it is everything that is kept. */
export function spanOf(range: DetailRangeName, keptMs: number): number {
  return range === 'all' ? Math.max(LEAST_SPAN_MS, Math.ceil(keptMs / 60_000) * 60_000) : DETAIL_RANGES[range]
}
