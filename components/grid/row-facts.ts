import { StatGroup } from '../../lib/metrics/types.ts'
import { hostRowOf } from '../../lib/query/row-uuid.ts'
import { rowAge } from '../../lib/view/freshness.ts'
import type { LiveFleet } from '../live/live-fleet.ts'

const ALL_GROUPS = 0b111111
const STATE_BIT = 1 << StatGroup.State
/** libvirt's words for a domain without a process: only its state is polled. */
const INACTIVE = new Set(['shut off', 'crashed', 'no state'])

export const UNKNOWN_STATE = 'unknown'

/** The word of a row's state, as last read; null when none was. */
export function lastStateOf(fleet: LiveFleet, row: number): string | null {
  return wordOf(fleet, row, 'state')
}

/** Whether a row has no process, as last read. */
export function isInactive(fleet: LiveFleet, row: number): boolean {
  const last = lastStateOf(fleet, row)
  return last !== null && INACTIVE.has(last)
}

/** The word that a row has in a column of words; null when it has none or the column is not subscribed. */
export function wordOf({ domains }: LiveFleet, row: number, columnId: string): string | null {
  const column = domains.column(columnId)
  if (column === null) return null
  return domains.dictionaries.get(column.number)?.word(column.codes[row]!) ?? null
}

/** The state to show: *unknown* when the row's host is out of reach, whatever was read last. */
export function stateOf(fleet: LiveFleet, row: number): string {
  if (fleet.freshness[hostRowOf(fleet.domains, row)]?.state === 'unreachable') return UNKNOWN_STATE
  return lastStateOf(fleet, row) ?? UNKNOWN_STATE
}

/**
 * The age that a row shows, in ms: its oldest polled group beyond that group's interval. A partial row is as old as its
 * last complete record. NaN before the first sample.
 */
export function ageOf(fleet: LiveFleet, row: number, now: number): number {
  const samples = fleet.freshness[hostRowOf(fleet.domains, row)]
  if (samples === undefined) return Number.NaN
  const age = rowAge(samples, isInactive(fleet, row) ? STATE_BIT : ALL_GROUPS, now)
  const exception = fleet.exceptions.get(row)
  if (exception === undefined || exception.partialGroups === 0) return age
  return Math.max(Number.isNaN(age) ? 0 : age, now - exception.since)
}

/** Name of a row's host, as it was connected. */
export function hostNameOf(fleet: LiveFleet, row: number): string {
  return fleet.hosts.text('name')?.get(hostRowOf(fleet.domains, row)) ?? ''
}
