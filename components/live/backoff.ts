/** Bounds of the wait between two tries, in ms. */
export const FIRST_RETRY_MS = 500
export const LONGEST_RETRY_MS = 20_000

/**
 * How long to wait before the next try: anything from 0 to a bound that doubles with each try.
 *
 * @remarks Full jitter: after a restart of the server its clients come back spread out, and not in waves.
 * @param attempt - Tries that failed in a row, from 1.
 * @param random - In [0, 1).
 */
export function retryDelayMs(attempt: number, random: number): number {
  return random * Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt - 1, 16))
}
