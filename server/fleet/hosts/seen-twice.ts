import type { DomainTable } from '../../../lib/columns/domain-table.ts'
import { NO_ROW, type RowIndex } from '../../../lib/columns/row-index.ts'
import type { HostRecord } from './host-record.ts'
import type { SameMachine } from './same-machine.ts'

/**
 * Domains that are seen by more than one connection to their daemon: each counts in one of its rows.
 *
 * @remarks Two hosts of one machine and driver that know a UUID both see one domain. Two drivers may know the same UUID,
 * and then mean two domains.
 */
export class SeenTwice {
  private readonly index: RowIndex
  private readonly machines: SameMachine
  /** By row that does not count: the host whose row does. */
  private counted = new Map<number, HostRecord>()
  private isStale = false
  private grouping = ''

  constructor(index: RowIndex, machines: SameMachine) {
    this.index = index
    this.machines = machines
  }

  /** Rows came or went. */
  changed(): void {
    this.isStale = true
  }

  /** The host on which the domain of a row is counted in its place; null where the row counts. */
  countedOn(row: number): HostRecord | null {
    return this.counted.get(row) ?? null
  }

  /** Looks at everything again when something changed. Returns the rows that count elsewhere now, or no longer do. */
  refresh(): readonly number[] {
    const { grouping } = this.machines
    if (grouping === this.grouping && (!this.isStale || grouping === '')) return []
    this.grouping = grouping
    this.isStale = false
    const before = this.counted
    this.counted = new Map()
    for (const hosts of this.machines.shared()) {
      for (const [place, host] of hosts.entries()) if (place > 0) this.look(host, hosts.slice(0, place))
    }
    const rows = new Set([...before.keys(), ...this.counted.keys()])
    return [...rows].filter((row) => before.get(row) !== this.counted.get(row))
  }

  private look(host: HostRecord, others: readonly HostRecord[]): void {
    const alike = others.filter(({ facts }) => facts?.type === host.facts?.type)
    if (alike.length === 0) return
    const { rows, count } = host.rows
    for (let i = 0; i < count; i++) {
      const [a, b, c, d] = this.index.wireUuid(rows[i]!)
      const counted = alike.find(({ row }) => this.index.find(row, a!, b!, c!, d!) !== NO_ROW)
      if (counted !== undefined) this.counted.set(rows[i]!, counted)
    }
  }
}

/** Whether two hosts run the same domains in the same processes, as far as both have told theirs. */
export function shareGuests(table: DomainTable, index: RowIndex, one: HostRecord, other: HostRecord): boolean | null {
  if (one.facts?.type !== other.facts?.type || one.rows.count === 0 || other.rows.count === 0) return null
  const active = countActive(table, one)
  if (active === 0 || active !== countActive(table, other)) return null
  const { rows, count } = one.rows
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    if (table.domainId[row] === -1) continue
    const [a, b, c, d] = index.wireUuid(row)
    const same = index.find(other.row, a!, b!, c!, d!)
    if (same === NO_ROW || table.domainId[same] !== table.domainId[row]) return null
  }
  return true
}

function countActive(table: DomainTable, { rows: { rows, count } }: HostRecord): number {
  let active = 0
  for (let i = 0; i < count; i++) if (table.domainId[rows[i]!] !== -1) active++
  return active
}
