/** Where a rotation is. */
export interface Turn {
  readonly index: number
  /** Time until the next one, ms; infinite when there is no other. */
  readonly leftMs: number
}

/**
 * Which of several pictures is on, some time after the first one came on. A screen that slept goes on where the clock is:
 * nothing is made up for.
 *
 * @param seconds - How long each stays.
 */
export function turnAt(seconds: readonly number[], elapsedMs: number): Turn {
  if (seconds.length < 2) return { index: 0, leftMs: Number.POSITIVE_INFINITY }
  const wholeMs = 1000 * seconds.reduce((sum, one) => sum + one, 0)
  let rest = Math.max(0, elapsedMs) % wholeMs
  for (const [index, one] of seconds.entries()) {
    if (rest < one * 1000) return { index, leftMs: one * 1000 - rest }
    rest -= one * 1000
  }
  // Rounding of the remainder can leave it at the end.
  return { index: 0, leftMs: seconds[0]! * 1000 }
}
