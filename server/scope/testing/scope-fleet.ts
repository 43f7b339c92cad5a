import { KEY_WORDS } from '../../../lib/columns/code-table.ts'
import { COUNTED_ON } from '../../../lib/query/counted-rows.ts'
import { hostRowOf, uuidOfRow } from '../../../lib/query/row-uuid.ts'
import type { DomainIdentity } from '../../fleet/fleet-reader.ts'
import { TableFleet } from '../../hub/testing/table-fleet.ts'
import type { ManualClock } from '../../testing/manual-clock.ts'

/** One domain as a test knows it, without the fleet's row number. */
export interface PlainDomain {
  readonly host: string
  readonly uuid: string
  readonly name: string
  readonly project: string | null
  readonly cells: Readonly<Record<string, number | string | null>>
}

/** A {@link TableFleet} with everything that scopes look at. */
export class ScopeFleet extends TableFleet {
  constructor(clock: ManualClock, epoch: number) {
    super(clock, epoch)
    for (const id of ['project', COUNTED_ON]) this.domains.addColumn(id, 'dict16')
    this.domains.addColumn('coresUsed', 'ufloat16')
    this.hosts.addColumn('countedAs', 'dict16')
    this.hosts.addColumn('hostCoresUsedByGuests', 'ufloat16')
  }

  hostName(row: number): string {
    return this.hosts.text('name')!.get(row)
  }

  override rowsOf(uuid = ''): readonly number[] {
    return this.living().filter((row) => uuidOfRow(this.domains, row) === uuid)
  }

  override identity(row: number): DomainIdentity {
    const { domains } = this
    const host = this.hostName(hostRowOf(domains, row))
    return { ...super.identity(row), host, uuid: uuidOfRow(domains, row), name: domains.text('name')!.get(row) }
  }

  /** The domains of some tables as plain values, by host and UUID. */
  static plain({ domains, hosts }: Pick<TableFleet, 'domains' | 'hosts'>): Map<string, PlainDomain> {
    const found = new Map<string, PlainDomain>()
    for (let row = 0; row < domains.rowLimit; row++) {
      if (!domains.isAlive(row)) continue
      const host = hosts.text('name')!.get(domains.keys[row * KEY_WORDS]!)
      const uuid = uuidOfRow(domains, row)
      const cells = Object.fromEntries(
        domains.columns.map(({ id, number, codes }) => {
          const words = domains.dictionaries.get(number)
          return [id, words === undefined ? codes[row]! : words.word(codes[row]!)]
        }),
      )
      const project = cells.project as string | null
      found.set(`${host} ${uuid}`, { host, uuid, name: domains.text('name')!.get(row), project, cells })
    }
    return found
  }
}
