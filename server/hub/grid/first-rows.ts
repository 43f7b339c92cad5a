import { type Filter, matchRows, parseFilter } from '../../../lib/query/filter.ts'
import { gatherNumbers, isNameColumn, type NameColumn, rankNames } from '../../../lib/query/gather.ts'
import { createOrder, type OrderKey } from '../../../lib/query/order.ts'
import { orderKeys } from '../../../lib/query/sort-spec.ts'
import type { ViewKey, ViewRequest } from '../../../lib/sync/messages/view-request.ts'
import { MAX_ROWS } from '../../../lib/sync/wire/protocol.ts'
import type { Clock } from '../../clock.ts'
import type { FleetReader } from '../../fleet/fleet-reader.ts'

/** Rows picked for a view serve the next client with the same view for so long: after a restart many come at once. */
const KEEP_MS = 2_000
/** Ranking names costs a sort of all of them, so they are ranked again this late, and only if one came, went or changed. */
const RANK_KEEP_MS = 10_000
/** Views whose rows are kept; one more forgets all. */
const MOST_KEPT = 64

interface Ranked {
  readonly ranks: Float32Array
  readonly stamp: number
  readonly until: number
}

export interface FirstRows {
  /** Tells rows that were picked from others; equal rows may have different keys. */
  readonly key: string
  /** Domain rows, going up. */
  readonly rows: Uint32Array
}

export const NO_FIRST_ROWS: FirstRows = { key: '', rows: new Uint32Array(0) }

/**
 * Picks the rows that a client shows, by the same filter and order as its grid, so that a snapshot can send them first.
 *
 * @remarks Only a guess at what is visible: ages are known to the browser alone, a filter that does not parse counts as
 * none, and rows may die before they are sent. Every row is sent anyway.
 */
export class FirstRowPicker {
  private readonly fleet: FleetReader
  private readonly clock: Clock
  private readonly order = createOrder()
  private readonly kept = new Map<string, { readonly first: FirstRows; readonly until: number }>()
  private scratch = new Uint32Array(0)
  private readonly ranked = new Map<NameColumn, Ranked>()
  private picks = 0

  constructor(fleet: FleetReader, clock: Clock) {
    this.fleet = fleet
    this.clock = clock
  }

  /** Row numbers mean something else from now on. */
  forget(): void {
    this.kept.clear()
    this.ranked.clear()
  }

  pick(view: ViewRequest): FirstRows {
    if (view.rows === 0) return NO_FIRST_ROWS
    const now = this.clock.now()
    const name = JSON.stringify([view.rows, view.skip, view.sort, view.filter])
    const known = this.kept.get(name)
    if (known !== undefined && now < known.until) return known.first
    const first = { key: String(++this.picks), rows: this.find(view, now) }
    if (this.kept.size >= MOST_KEPT) this.kept.clear()
    this.kept.set(name, { first, until: now + KEEP_MS })
    return first
  }

  private find(view: ViewRequest, now: number): Uint32Array {
    const { domains, hosts } = this.fleet
    if (this.scratch.length < domains.rowLimit) this.scratch = new Uint32Array(domains.capacity)
    const count = matchRows(filterOf(view.filter), domains, hosts, this.scratch)
    this.order.sort(
      this.scratch,
      count,
      view.sort.flatMap((key) => this.orderKeys(key, now)),
    )
    // A list shorter than the place that shows is shown from its end.
    const from = Math.max(0, Math.min(view.skip, count - view.rows))
    const rows = this.scratch.slice(from, Math.min(count, from + view.rows)).filter((row) => row < MAX_ROWS)
    return rows.sort()
  }

  private orderKeys(key: ViewKey, now: number): OrderKey[] {
    const { domains, hosts } = this.fleet
    if (!isNameColumn(key.column)) return orderKeys([key], domains, hosts)
    const stamp = domains.texts.reduce((last, text) => Math.max(last, text.lastChangedAt), domains.rosterChangedAt)
    let ranked = this.ranked.get(key.column)
    if (ranked === undefined || (stamp !== ranked.stamp && now >= ranked.until)) {
      ranked = { ranks: rankNames(domains, key.column), stamp, until: now + RANK_KEEP_MS }
      this.ranked.set(key.column, ranked)
    }
    return [{ descending: key.descending, gather: gatherNumbers(ranked.ranks) }]
  }
}

function filterOf(text: string): Filter {
  const parsed = parseFilter(text)
  return parsed.ok ? parsed.filter : { terms: [] }
}
