import type { CodeTable } from '../../lib/columns/code-table.ts'
import type { Filter } from '../../lib/query/filter.ts'
import { matchRows, parseFilter, searchedChangedAt } from '../../lib/query/filter.ts'
import { foldText } from '../../lib/query/fold.ts'
import { hostRowOf, uuidOfRow } from '../../lib/query/row-uuid.ts'
import { ReachableRows } from '../grid/body/reachable-rows.ts'
import type { LiveEvent, LiveFleet } from '../live/live-fleet.ts'

/** The rows that a picture is about, and what panels read besides. One for each filter; filled before each painting. */
export class Scene {
  readonly fleet: LiveFleet
  /** On the browser's monotonic clock, ms. */
  now = 0
  events: readonly LiveEvent[] = []
  /** All rows that match, in ascending order. */
  rows = new Uint32Array(0)
  count = 0
  /** Goes up when `rows` changed. */
  version = 0
  /** Those whose values are now, each domain once. */
  readonly current = new ReachableRows()
  /** What the filter box would say to the filter; null when it can be read. */
  readonly fault: string | null
  private readonly filter: Filter
  private hosts = new Uint8Array(0)
  /** UUIDs of the domains and names of the hosts that match; empty, and not asked, without a filter. */
  private readonly subjects = new Set<string>()
  private matchedAt = -1
  private table: CodeTable | null = null

  constructor(fleet: LiveFleet, filterText: string) {
    this.fleet = fleet
    const parsed = parseFilter(filterText)
    this.filter = parsed.ok ? parsed.filter : { terms: [] }
    this.fault = parsed.ok ? null : parsed.message
  }

  refresh(now: number, events: readonly LiveEvent[]): void {
    this.now = now
    this.events = events
    this.match()
    this.current.pick(this.fleet, this.rows, this.count)
  }

  /** Whether a host, by its row, belongs to the picture: it has such a domain, or is called so itself. */
  hasHost(row: number): boolean {
    return this.filter.terms.length === 0 || this.hosts[row] === 1
  }

  /** Whether an event belongs to the picture: it is about one of its domains or hosts, or is called as the filter says. */
  hasEvent({ host, uuid, name }: LiveEvent): boolean {
    const { terms } = this.filter
    if (terms.length === 0 || this.subjects.has(uuid === '' ? host : uuid)) return true
    const texts = [foldText(host), foldText(name), uuid]
    return terms.every(({ text }) => texts.some((one) => one.includes(text)))
  }

  private match(): void {
    const { domains, hosts } = this.fleet
    const stamp = searchedChangedAt(domains, hosts)
    if (domains === this.table && stamp === this.matchedAt) return
    this.table = domains
    this.matchedAt = stamp
    this.version++
    if (this.rows.length < domains.rowLimit) this.rows = new Uint32Array(domains.capacity)
    this.count = matchRows(this.filter, domains, hosts, this.rows)
    this.hosts = new Uint8Array(hosts.rowLimit)
    const names = hosts.text('name')
    for (let row = 0; row < hosts.rowLimit; row++) {
      const name = foldText(names?.get(row) ?? '')
      if (this.filter.terms.every(({ text }) => name.includes(text))) this.hosts[row] = 1
    }
    for (let i = 0; i < this.count; i++) this.hosts[hostRowOf(domains, this.rows[i]!)] = 1
    this.subjects.clear()
    if (this.filter.terms.length === 0) return
    for (let i = 0; i < this.count; i++) this.subjects.add(uuidOfRow(domains, this.rows[i]!))
    for (let row = 0; row < hosts.rowLimit; row++)
      if (this.hosts[row] === 1) this.subjects.add(hostName(this.fleet, row))
  }
}

/** Name of a host, by its row. */
export function hostName({ hosts }: LiveFleet, row: number): string {
  return hosts.text('name')?.get(row) ?? ''
}
