import { hostRowOf } from '../../lib/query/row-uuid.ts'
import type { EventReader } from '../fleet/events/event-reader.ts'
import type { FleetReader } from '../fleet/fleet-reader.ts'
import type { ScopeMatcher } from './scope-matcher.ts'
import type { RowFates } from './scoped-rows.ts'
import type { ScopedTables } from './scoped-tables.ts'

/** Ended domains that are remembered to have been in the scope; the oldest goes. */
const MOST_ENDED = 5_000

/**
 * Whose past is in a scope: of a domain that lives, by where it is now; of one that ended, by where it was at its end.
 *
 * @remarks Whoever sees a domain sees its past. Of a domain that ended before anybody looked by this scope nothing but its
 * host and its last name is known: rules that ask for a project do not admit it.
 */
export class ScopedPast implements RowFates {
  private readonly fleet: FleetReader
  private readonly events: EventReader
  private readonly matcher: ScopeMatcher
  private tables: ScopedTables | null = null
  /** Keys of {@link keyOf}, oldest first. */
  private readonly gone = new Set<string>()

  constructor(fleet: FleetReader, events: EventReader, matcher: ScopeMatcher) {
    this.fleet = fleet
    this.events = events
    this.matcher = matcher
  }

  /** Says which domains show; before that none does. */
  follow(tables: ScopedTables): void {
    this.tables = tables
  }

  ended(host: string, uuid: string): void {
    const key = keyOf(host, uuid)
    this.gone.delete(key)
    this.gone.add(key)
    if (this.gone.size > MOST_ENDED) for (const oldest of this.gone) return void this.gone.delete(oldest)
  }

  outside(host: string, uuid: string): void {
    if (this.gone.size > 0) this.gone.delete(keyOf(host, uuid))
  }

  /** Whether the past of a domain on a host is in the scope. `uuid` in canonical lower-case form. */
  sees(host: string, uuid: string): boolean {
    const admission = this.matcher.host(host)
    if (admission.whole || !admission.any) return admission.whole
    if (this.shows(host, uuid)) return true
    if (this.isThere(host, uuid)) return false
    if (this.gone.has(keyOf(host, uuid))) return true
    const last = this.events.events(uuid).findLast((event) => event.host === host)
    return last !== undefined && admission.admits(last.name, null)
  }

  private shows(host: string, uuid: string): boolean {
    if (this.tables === null) return false
    const { rows, hosts } = this.tables
    return rows.rowsOf(uuid).some((row) => hosts.nameOf(hosts.parentRow(hostRowOf(rows.table, row))) === host)
  }

  private isThere(host: string, uuid: string): boolean {
    const { fleet } = this
    return fleet.rowsOf(uuid).some((row) => fleet.exists(row) && fleet.identity(row).host === host)
  }
}

function keyOf(host: string, uuid: string): string {
  return `${uuid} ${host}`
}
