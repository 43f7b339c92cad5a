import type { DomainIdentity, FleetReader } from '../fleet/fleet-reader.ts'

/** Where a domain is now: the row to show, or none. */
export interface Whereabouts {
  readonly row: number | null
  /** What is known of it, or was last. */
  readonly identity: DomainIdentity | null
}

/** The domain has a process there, and its host can be asked. */
export function isLive({ id, state, reason }: DomainIdentity): boolean {
  // A state that was not read yet is unknown as well, for another reason.
  return id !== -1 && !(state === 'unknown' && reason !== 'unknown')
}

/**
 * Finds the row that shows a domain: the one it had, as long as it runs there, else one where it runs (DT20), else the
 * one it had or the one on the host that was asked for.
 */
export function findDomain(fleet: FleetReader, uuid: string, host: string, before: Whereabouts): Whereabouts {
  const { row } = before
  const there = row !== null && fleet.exists(row) ? fleet.identity(row) : null
  const known = there !== null && there.uuid === uuid ? there : null
  if (known !== null && isLive(known)) return { row, identity: known }
  const others = fleet
    .rowsOf(uuid)
    .filter((other) => other !== row && fleet.exists(other))
    .map((other) => fleet.identity(other))
  const asked = others.find((other) => other.host === host)
  const running = asked !== undefined && isLive(asked) && known === null ? asked : others.find(isLive)
  const found = running ?? known ?? asked ?? others[0]
  if (found !== undefined) return { row: found.row, identity: found }
  return { row: null, identity: before.identity }
}
