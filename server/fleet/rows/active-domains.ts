import type { DomainTable } from '../../../lib/columns/domain-table.ts'
import type { DomainRef } from '../../libvirt/host-session.ts'
import type { HostRecord } from '../hosts/host-record.ts'
import type { DomainRefs } from './domain-refs.ts'

/**
 * A domain that runs no longer than this is not settled, ms. Whoever is started and stopped again soon would be named by
 * the calls that it holds up while it stops.
 */
const SETTLED_MS = 10_000

interface Known {
  readonly domains: readonly DomainRef[]
  /** Rows that the host had then, and when another one of them is settled. */
  readonly rows: number
  readonly until: number
}

/** The settled active domains of each host by name, made anew only when there are others. */
export class ActiveDomains {
  readonly #table: DomainTable
  readonly #refs: DomainRefs
  readonly #since: (row: number) => number
  readonly #byHost = new Map<number, Known>()

  /** @param since - When the row was born or its process changed last, monotonic ms. */
  constructor(table: DomainTable, refs: DomainRefs, since: (row: number) => number) {
    this.#table = table
    this.#refs = refs
    this.#since = since
  }

  /** Something about the domains of a host is not as it was. That rows end need not be told. */
  changed(host: number): void {
    this.#byHost.delete(host)
  }

  of({ row: host, rows }: HostRecord, now: number): readonly DomainRef[] {
    const known = this.#byHost.get(host)
    if (known !== undefined && known.rows === rows.count && now < known.until) return known.domains
    const active = [...rows.rows.subarray(0, rows.count)].filter((row) => this.#table.domainId[row] !== -1)
    const settledAt = (row: number) => this.#since(row) + SETTLED_MS
    const settled = active.filter((row) => settledAt(row) <= now)
    const until = active.reduce(
      (least, row) => (settledAt(row) > now ? Math.min(least, settledAt(row)) : least),
      Infinity,
    )
    const domains = this.#refs.of(settled)
    this.#byHost.set(host, { domains, rows: rows.count, until })
    return domains
  }
}
