import type { DomainTable } from '../../../lib/columns/domain-table.ts'
import type { RowIndex } from '../../../lib/columns/row-index.ts'
import type { StatsIngest } from '../../../lib/ingest/stats-ingest.ts'
import { swap32 } from '../../../lib/ingest/swap.ts'
import type { DomainRef } from '../../libvirt/host-session.ts'
import { uuidBytes, wordsOfUuidBytes } from '../uuid.ts'

/** Rows and the domains that the wire names, back and forth. */
export class DomainRefs {
  readonly #table: DomainTable
  readonly #index: RowIndex
  readonly #stats: StatsIngest

  constructor(table: DomainTable, index: RowIndex, stats: StatsIngest) {
    this.#table = table
    this.#index = index
    this.#stats = stats
  }

  of(rows: readonly number[]): readonly DomainRef[] {
    return rows.map((row) => ({
      name: this.#stats.names.text(row),
      uuid: uuidBytes(this.#index.wireUuid(row).map(swap32)),
      id: this.#table.domainId[row]!,
    }))
  }

  /** The row of a domain on a host, or -1. */
  rowOf(host: number, domain: DomainRef): number {
    const [a, b, c, d] = wordsOfUuidBytes(domain.uuid)
    // The index holds words as they lie on the wire.
    return this.#index.find(host, swap32(a!), swap32(b!), swap32(c!), swap32(d!))
  }

  /** Whether the row still has the process that a reference names. */
  isProcess(row: number, domain: DomainRef): boolean {
    return this.#table.domainId[row] === domain.id
  }
}
