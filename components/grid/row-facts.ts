import type { Age } from '../../lib/query/freshness.ts'
import { ACTIVE_READINGS, ageOfReadings, INACTIVE_READINGS, oldestAge } from '../../lib/query/freshness.ts'
import { hostRowOf } from '../../lib/query/row-uuid.ts'
import type { LiveFleet } from '../live/live-fleet.ts'

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

/** What is read of a row, as bits: all stat groups, or of one without a process the roster. */
export function readingsOf(fleet: LiveFleet, row: number): number {
  return isInactive(fleet, row) ? INACTIVE_READINGS : ACTIVE_READINGS
}

/** The time since the oldest sample that a row shows, in ms; NaN before the first. */
export function ageOf(fleet: LiveFleet, row: number, now: number): number {
  const host = fleet.freshness[hostRowOf(fleet.domains, row)]
  const own = fleet.exceptions.get(row)?.sampledAt ?? null
  return host === undefined ? Number.NaN : oldestAge(host, own, readingsOf(fleet, row), now)
}

/** How old and how late some readings (bits) of a row are; null when nothing is known of its host. */
export function agesOf(fleet: LiveFleet, row: number, readings: number, now: number): Age | null {
  const host = fleet.freshness[hostRowOf(fleet.domains, row)]
  const own = fleet.exceptions.get(row)?.sampledAt ?? null
  return host === undefined ? null : ageOfReadings(host, own, readings, now)
}

/** Name of a row's host, as it was connected. */
export function hostNameOf(fleet: LiveFleet, row: number): string {
  return fleet.hosts.text('name')?.get(hostRowOf(fleet.domains, row)) ?? ''
}
