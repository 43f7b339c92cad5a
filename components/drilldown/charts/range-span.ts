import type { DetailRangeName } from '../../../lib/view/detail-choice.ts'
import { DETAIL_RANGES } from '../../../lib/view/detail-choice.ts'

/** An axis is at least this long: one of seconds helps nobody. */
const LEAST_SPAN_MS = 60_000
/** An axis that is fitted to what is kept grows by so much. */
const STEP_MS = 30_000

/**
 * Length of the time axis for a range: that of the range, but no longer than what is kept, so that charts are not blank
 * where nothing was sampled yet. Stretches without samples inside of it stay.
 *
 * @param keptMs - Since the oldest sample that is kept; 0 while that is not known.
 */
export function spanOf(range: DetailRangeName, keptMs: number): number {
  const asked = DETAIL_RANGES[range]
  const fitted = Math.max(LEAST_SPAN_MS, Math.ceil(keptMs / STEP_MS) * STEP_MS)
  return keptMs <= 0 && Number.isFinite(asked) ? asked : Math.min(asked, fitted)
}
