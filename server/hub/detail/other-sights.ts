import type { FleetReader } from '../../fleet/fleet-reader.ts'

/**
 * Hosts that show the domain of a row a second time, as further connections to its daemon (RA60).
 *
 * @remarks What was sampled there is of the same process and the same time: drawn beside the row's own it would be a
 * second line, and taken for a guest that moved.
 * @param row - Null where the domain is nowhere now: nothing is known then.
 */
export function otherSights(fleet: FleetReader, uuid: string, row: number | null): ReadonlySet<string> {
  if (row === null || !fleet.exists(row)) return new Set()
  const hostOf = (one: number) => fleet.identity(one).host
  const countedAt = (one: number) => fleet.countedOn(one) ?? hostOf(one)
  const others = fleet.rowsOf(uuid).filter((other) => other !== row && countedAt(other) === countedAt(row))
  return new Set(others.map(hostOf))
}
