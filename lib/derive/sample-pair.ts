import type { CounterColumn } from '../columns/counter-column.ts'
import type { DerivedColumn } from '../columns/derived-column.ts'
import type { DomainTable } from '../columns/domain-table.ts'
import type { StatGroup } from '../metrics/types.ts'
import { groupBit } from '../metrics/types.ts'
import type { DerivedDomains } from './derived-domains.ts'

/** The row has no new sample of the group: its rates stay as they are. */
export const NO_NEW_SAMPLE = -1
/** There is a new sample, but no interval that a rate may be computed over. */
export const NO_INTERVAL = 0

/**
 * Length in seconds of the interval between the two samples of a (row, group), or one of the two constants above.
 *
 * @remarks To be called once for each row and group of a derivation: it notes that the sample was seen (RA2 to RA9).
 */
export function takeInterval(
  table: DomainTable,
  out: DerivedDomains,
  group: StatGroup,
  row: number,
  maxGapMs: number,
): number {
  const times = table.times[group]!
  const seen = out.seen[group]!.times
  const current = times.current[row]!
  const last = seen[row]!
  if (current === last || current === -last) return NO_NEW_SAMPLE
  out.fresh[row]! |= groupBit(group)
  if (out.live[row] === 0) {
    // The sign marks a sample of an inactive domain, which must not become the base of a rate (RA9).
    seen[row] = -current
    return NO_INTERVAL
  }
  seen[row] = current
  const previous = times.previous[row]!
  const elapsedMs = current - previous
  if (previous === 0 || previous === -last || !(elapsedMs > 0) || elapsedMs > maxGapMs) return NO_INTERVAL
  if (times.suspect[row]! > 0) return NO_INTERVAL
  out.restarted[row]! &= ~groupBit(group)
  return elapsedMs / 1000
}

/** Whether the group (a bit) of a running domain has had no rate yet since the domain process changed (RA6). */
export function waitsAfterRestart(out: DerivedDomains, row: number, bit: number): boolean {
  return (out.restarted[row]! & bit) !== 0 && out.live[row] === 1
}

/** Exact difference of the two samples of a counter: NaN when one is missing, negative when the counter went back. */
export function deltaOf(counter: CounterColumn, index: number): number {
  return counter.hasDelta(index) ? counter.delta(index) : Number.NaN
}

/** Adds a part to a total in which NaN means *nothing yet*: missing parts are left out, not counted as 0 (RA10). */
export function plus(total: number, part: number): number {
  if (Number.isNaN(part)) return total
  return Number.isNaN(total) ? part : total + part
}

/** Stores a computed value; NaN becomes *reset* or *unknown*. */
export function publish(column: DerivedColumn, row: number, value: number, reset: boolean): void {
  if (!Number.isNaN(value)) column.set(row, value)
  else if (reset) column.setReset(row)
  else column.setUnknown(row)
}
