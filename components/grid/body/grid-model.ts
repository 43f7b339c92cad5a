import type { CodeTable } from '../../../lib/columns/code-table.ts'
import type { Filter } from '../../../lib/query/filter.ts'
import { matchRows, searchedChangedAt } from '../../../lib/query/filter.ts'
import type { NameColumn } from '../../../lib/query/gather.ts'
import { gatherHosts, gatherNumbers, isNameColumn, rankNames } from '../../../lib/query/gather.ts'
import type { OrderKey } from '../../../lib/query/order.ts'
import { createOrder } from '../../../lib/query/order.ts'
import type { SortKey } from '../../../lib/query/sort-spec.ts'
import { orderKeys } from '../../../lib/query/sort-spec.ts'
import { orderStep, patchOrder } from '../../../lib/view/calm-order.ts'
import { Smoother } from '../../../lib/view/smoother.ts'
import type { LiveFleet } from '../../live/live-fleet.ts'
import { ageOf } from '../row-facts.ts'

/** After the user changes sort or filter, columns that were not subscribed arrive late: sort again until then. */
const SETTLE_MS = 2000

/**
 * Which rows the grid shows, in which order.
 *
 * @remarks Holds no values: it reads the fleet's tables when asked. `rows` is stable between two calls of
 * {@link refresh} that return false.
 */
export class GridModel {
  rows = new Uint32Array(0)
  count = 0
  /** Place of each row in `rows`, by row number; -1 when it is not shown. */
  places = new Int32Array(0)
  private members = new Uint32Array(0)
  private memberCount = 0
  private filter: Filter = { terms: [] }
  private sort: readonly SortKey[] = []
  private readonly order = createOrder()
  private smoothers = new Map<string, Smoother>()
  private readonly ranked = new Map<NameColumn, { readonly ranks: Float32Array; readonly stamp: number }>()
  private matchedAt = -1
  private table: CodeTable | null = null
  private sortedAt = Number.NEGATIVE_INFINITY
  private askedUntil = Number.NEGATIVE_INFINITY

  /** Returns whether it is another filter. */
  setFilter(filter: Filter, now: number): boolean {
    if (filter === this.filter) return false
    this.filter = filter
    this.matchedAt = -1
    this.ask(now)
    return true
  }

  /** Returns whether it is another sort. */
  setSort(sort: readonly SortKey[], now: number): boolean {
    if (sort === this.sort) return false
    this.sort = sort
    this.smoothers = new Map()
    this.ask(now)
    return true
  }

  /** Makes the next refreshes sort, whatever holds. */
  ask(now: number): void {
    this.askedUntil = now + SETTLE_MS
    this.sortedAt = Number.NEGATIVE_INFINITY
  }

  /** Brings rows and order up to date; returns whether `rows` changed. */
  refresh(fleet: LiveFleet, now: number, holding: boolean, paused: boolean): boolean {
    this.smooth(fleet, now)
    const rosterChanged = this.match(fleet)
    // The first rows that come are to be read at once, and may be the only ones for a while.
    const asked =
      (this.count === 0 && this.memberCount > 0) ||
      this.sortedAt === Number.NEGATIVE_INFINITY ||
      (now < this.askedUntil && now - this.sortedAt > 200)
    const step = orderStep({ now, sortedAt: this.sortedAt, holding, paused, asked, rosterChanged })
    if (step === 'keep') return false
    if (step === 'patch') this.patch()
    else this.sortNow(fleet, now)
    this.index(fleet.domains.capacity)
    return true
  }

  /** Matches again when a row came or went, something that is searched changed, or the filter did. */
  private match({ domains, hosts }: LiveFleet): boolean {
    const stamp = searchedChangedAt(domains, hosts)
    if (domains === this.table && stamp === this.matchedAt) return false
    this.table = domains
    this.matchedAt = stamp
    if (this.members.length < domains.rowLimit) this.members = new Uint32Array(domains.capacity)
    this.memberCount = matchRows(this.filter, domains, hosts, this.members)
    return true
  }

  private smooth({ domains }: LiveFleet, now: number): void {
    for (const { column: id } of this.sort) {
      const column = domains.column(id)
      if (column === null || (column.encoding !== 'ufloat16' && column.encoding !== 'sfloat16')) continue
      let smoother = this.smoothers.get(id)
      if (smoother === undefined) {
        smoother = new Smoother()
        this.smoothers.set(id, smoother)
      }
      smoother.update(column, domains, now)
    }
  }

  private sortNow(fleet: LiveFleet, now: number): void {
    if (this.rows.length < this.memberCount) this.rows = new Uint32Array(this.members.length)
    this.rows.set(this.members.subarray(0, this.memberCount))
    this.count = this.memberCount
    this.order.sort(this.rows, this.count, this.keys(fleet, now))
    this.sortedAt = now
  }

  private patch(): void {
    const next = new Uint32Array(Math.max(this.rows.length, this.members.length))
    patchOrder(this.rows, this.count, this.members, this.memberCount, next)
    this.rows = next
    this.count = this.memberCount
  }

  private keys(fleet: LiveFleet, now: number): OrderKey[] {
    return this.sort.flatMap((key) => {
      const own = this.ownGather(fleet, key.column, now)
      if (own !== null) return [{ descending: key.descending, gather: own }]
      return orderKeys([key], fleet.domains, fleet.hosts)
    })
  }

  private ownGather(fleet: LiveFleet, column: string, now: number): OrderKey['gather'] | null {
    if (isNameColumn(column)) return gatherNumbers(this.ranks(fleet.domains, column))
    if (column === 'host') return gatherHosts(fleet.domains, fleet.hosts)
    if (column === 'age')
      return (rows, count, out) => {
        for (let i = 0; i < count; i++) out[i] = ageOf(fleet, rows[i]!, now)
      }
    const smoother = this.smoothers.get(column)
    return smoother === undefined ? null : gatherNumbers(smoother.values)
  }

  private ranks(domains: CodeTable, column: NameColumn): Float32Array {
    const named = (id: string) => domains.text(id)?.lastChangedAt ?? 0
    const stamp = Math.max(domains.rosterChangedAt, named('name'), named('title'))
    const known = this.ranked.get(column)
    if (known !== undefined && known.stamp === stamp && known.ranks.length >= domains.rowLimit) return known.ranks
    const ranks = rankNames(domains, column)
    this.ranked.set(column, { ranks, stamp })
    return ranks
  }

  private index(capacity: number): void {
    if (this.places.length < capacity) this.places = new Int32Array(capacity)
    this.places.fill(-1)
    for (let i = 0; i < this.count; i++) this.places[this.rows[i]!] = i
  }
}
