import type { DomainTable } from '../../../lib/columns/domain-table.ts'
import type { DomainRef } from '../../libvirt/host-session.ts'
import type { HostRecord } from '../hosts/host-record.ts'
import type { DomainRefs } from './domain-refs.ts'

interface Known {
  readonly domains: readonly DomainRef[]
  /** Rows that the host had then. */
  readonly rows: number
}

/** The active domains of each host by name, made anew only when some came, went, changed process or name. */
export class ActiveDomains {
  readonly #table: DomainTable
  readonly #refs: DomainRefs
  readonly #byHost = new Map<number, Known>()

  constructor(table: DomainTable, refs: DomainRefs) {
    this.#table = table
    this.#refs = refs
  }

  /** Something about the domains of a host is not as it was. That rows end need not be told. */
  changed(host: number): void {
    this.#byHost.delete(host)
  }

  of({ row: host, rows }: HostRecord): readonly DomainRef[] {
    const known = this.#byHost.get(host)
    if (known?.rows === rows.count) return known.domains
    const active = [...rows.rows.subarray(0, rows.count)].filter((row) => this.#table.domainId[row] !== -1)
    const domains = this.#refs.of(active)
    this.#byHost.set(host, { domains, rows: rows.count })
    return domains
  }
}
