import { uuidOfRow } from '../../../lib/query/row-uuid.ts'
import type { DomainName } from '../../../lib/view/compare-choice.ts'
import { formatDomainName } from '../../../lib/view/compare-choice.ts'
import type { LiveFleet } from '../../live/live-fleet.ts'
import { hostNameOf } from '../row-facts.ts'

/** A missing domain is waited for so long: a server that restarted has its domains back only when its hosts are. */
export const MISSING_MS = 60_000

/** A row as the user means it. Row numbers belong to one life of the server; host and UUID outlive it. */
export interface RowMark {
  /** Tells the domain from a later one in the same slot. */
  readonly generation: number
  /** UUID and name of the host, as `UUID@HOST`. */
  readonly identity: string
}

export function markRow(fleet: LiveFleet, row: number): RowMark {
  return { generation: fleet.domains.generation[row] ?? 0, identity: identityOf(fleet, row) }
}

/** Whether the row still is the domain that was marked. */
export function isMarked({ domains }: LiveFleet, row: number, mark: RowMark): boolean {
  return domains.isAlive(row) && domains.generation[row] === mark.generation
}

/** Rows that have these identities now. Costs a text for every row: ask only when something was lost. */
export function findRows(
  fleet: LiveFleet,
  identities: ReadonlySet<string> | ReadonlyMap<string, unknown>,
): Map<string, number> {
  const found = new Map<string, number>()
  const { domains } = fleet
  for (let row = 0; row < domains.rowLimit && found.size < identities.size; row++) {
    if (!domains.isAlive(row)) continue
    const identity = identityOf(fleet, row)
    if (identities.has(identity)) found.set(identity, row)
  }
  return found
}

function identityOf(fleet: LiveFleet, row: number): string {
  return formatDomainName({ uuid: uuidOfRow(fleet.domains, row), host: hostNameOf(fleet, row) })
}

/** The domain of an identity; UUIDs have no at sign. */
export function nameOfIdentity(identity: string): DomainName {
  const at = identity.indexOf('@')
  return { uuid: identity.slice(0, at), host: identity.slice(at + 1) }
}
