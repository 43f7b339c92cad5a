import type { DomainTable } from '../columns/domain-table.ts'
import type { StatGroup } from '../metrics/types.ts'
import { groupBit } from '../metrics/types.ts'
import { type DerivedDomains, RESET_INTERVAL } from './derived-domains.ts'

/** The row has no new sample of the group: its rates stay as they are. */
export const NO_NEW_SAMPLE = -1
/** There is a new sample, but no interval that a rate may be computed over. */
export const NO_INTERVAL = 0

/**
 * Finds for each row the interval between its two samples of a group: `scratch.seconds` and `scratch.reset`.
 *
 * @remarks To be called once for each group of a derivation, because it notes which samples were seen (RA2 to RA9).
 */
export function takeIntervals(
  table: DomainTable,
  rows: Int32Array,
  count: number,
  group: StatGroup,
  maxGapMs: number,
  out: DerivedDomains,
): void {
  const { current, previous } = table.times[group]!
  const { times: seen, interval } = out.seen[group]!
  const { seconds, reset } = out.scratch
  const { live, restarted, fresh } = out
  const bit = groupBit(group)
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    const end = current[row]!
    const last = seen[row]!
    reset[i] = 0
    if (end === last || end === -last) {
      seconds[i] = NO_NEW_SAMPLE
      continue
    }
    const lastSeconds = interval[row]!
    fresh[row]! |= bit
    seconds[i] = NO_INTERVAL
    interval[row] = NO_INTERVAL
    if (live[row] === 0) {
      // The sign marks a sample of an inactive domain, which must not become the base of a rate (RA9).
      seen[row] = -end
      continue
    }
    seen[row] = end
    const begin = previous[row]!
    const elapsedMs = end - begin
    // A better sample took the place of the last one (RA7): this is the last interval, with another end.
    const renewed = begin < Math.abs(last)
    const sound = renewed ? lastSeconds > 0 : last > 0
    const usable = sound && begin > 0 && elapsedMs > 0 && elapsedMs <= maxGapMs
    if (usable) {
      seconds[i] = elapsedMs / 1000
      interval[row] = seconds[i]!
      restarted[row]! &= ~bit
    } else if ((restarted[row]! & bit) !== 0) {
      reset[i] = 1
      interval[row] = RESET_INTERVAL
    }
  }
}
