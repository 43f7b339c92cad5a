import type { DomainIdentity, FleetReader } from '../../fleet/fleet-reader.ts'

/** Where a domain is now: the row to show, or none. */
export interface Whereabouts {
  readonly row: number | null
  /** What is known of it, or was last. */
  readonly identity: DomainIdentity | null
  /** Its guest was seen to run in this row. */
  readonly ran: boolean
}

/** The domain has a process there, and its host can be asked. */
export function isLive({ id, state, reason }: DomainIdentity): boolean {
  // A state that was not read yet is unknown as well, for another reason.
  return id !== -1 && !(state === 'unknown' && reason !== 'unknown')
}

/** Reasons of a pause in which a guest that migrates may have gone on elsewhere. */
const POST_COPY = new Set(['post-copy', 'post-copy failed'])
const MIGRATING = 'migrating'

/**
 * Only a process is left there: the guest itself may be on another host already.
 *
 * @remarks Source and target wait with the same reason, one for the end of the hand-over and the other for its
 * beginning; what tells them apart is that the guest was seen to run in the source.
 */
function isLeaving({ state, reason }: DomainIdentity, ran: boolean): boolean {
  return state === 'paused' && (POST_COPY.has(reason) || (reason === MIGRATING && ran))
}

/** The guest has gone on there. */
const isRunning = (identity: DomainIdentity) => isLive(identity) && identity.state === 'running'

/**
 * Finds the row that shows a domain: the one it had, as long as it runs there, else one where it runs (DT20), else the
 * one it had or the one on the host that was asked for. During the last phase of a migration both hosts have a process;
 * the one whose guest runs is shown.
 */
export function findDomain(fleet: FleetReader, uuid: string, host: string, before: Whereabouts): Whereabouts {
  const found = findIdentity(fleet, uuid, host, before)
  if (found === null) return { row: null, identity: before.identity, ran: before.ran }
  const ran = isRunning(found) || (before.ran && found.row === before.row)
  return { row: found.row, identity: found, ran }
}

function findIdentity(
  fleet: FleetReader,
  uuid: string,
  host: string,
  { row, ran }: Whereabouts,
): DomainIdentity | null {
  const there = row !== null && fleet.exists(row) ? fleet.identity(row) : null
  const known = there !== null && there.uuid === uuid ? there : null
  if (known !== null && isLive(known) && !isLeaving(known, ran)) return known
  const others = fleet
    .rowsOf(uuid)
    .filter((other) => other !== row && fleet.exists(other))
    .map((other) => fleet.identity(other))
  if (known !== null && isLive(known)) return others.find(isRunning) ?? known
  const asked = others.find((other) => other.host === host)
  if (known === null && asked !== undefined && isLive(asked)) {
    return isLeaving(asked, false) ? (others.find(isRunning) ?? asked) : asked
  }
  return others.find(isLive) ?? known ?? asked ?? others[0] ?? null
}
