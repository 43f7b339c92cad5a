import { UNKNOWN_16 } from '../../../lib/columns/encodings.ts'
import type { LiveFleet } from '../../live/live-fleet.ts'

/**
 * Domains with a process (their RSS is known) whose guest tells nothing of its memory.
 *
 * @returns 0 also while the two columns are not subscribed: then nothing is known, and nothing is claimed.
 */
export function countSilentGuests({ domains }: LiveFleet): number {
  const used = domains.column('memoryUsedPercent')
  const rss = domains.column('rssKiB')
  if (used === null || rss === null) return 0
  let silent = 0
  for (let row = 0; row < domains.rowLimit; row++) {
    if (domains.isAlive(row) && used.codes[row] === UNKNOWN_16 && rss.codes[row] !== UNKNOWN_16) silent++
  }
  return silent
}
