/** How often a calm order sorts again, in ms. */
export const RESORT_INTERVAL_MS = 5000
/** Time constant of the smoothing behind a calm order, in ms. */
export const SMOOTHING_MS = 5000

export interface OrderMoment {
  readonly now: number
  readonly sortedAt: number
  /** The pointer is over the rows, a cell has the focus, or rows or text are selected. */
  readonly holding: boolean
  readonly paused: boolean
  /** The user changed filter, sort or direction: the answer is due now. */
  readonly asked: boolean
  /** Rows came or went: the order must cover them, whatever holds. */
  readonly rosterChanged: boolean
}

/** `sort` now, keep the order and only take rows in and out (`patch`), or do nothing. */
export type OrderStep = 'sort' | 'patch' | 'keep'

/**
 * What to do with the order at this moment.
 *
 * @remarks Rows that jump under the pointer are the oldest complaint about live grids. So the order follows the values
 * every five seconds only, and not at all while somebody reads or points.
 */
export function orderStep(moment: OrderMoment): OrderStep {
  if (moment.asked) return 'sort'
  const due = moment.now - moment.sortedAt >= RESORT_INTERVAL_MS
  if (due && !moment.holding && !moment.paused) return 'sort'
  return moment.rosterChanged ? 'patch' : 'keep'
}

/**
 * Takes gone rows out of an order and puts new ones at its end, everything else staying in place.
 *
 * @param order - The present order, of which `count` are in use.
 * @param members - The rows that belong in it now.
 * @param out - Receives the new order; has room for `memberCount`.
 */
export function patchOrder(
  order: Uint32Array,
  count: number,
  members: Uint32Array,
  memberCount: number,
  out: Uint32Array,
): void {
  const waiting = new Set<number>()
  for (let i = 0; i < memberCount; i++) waiting.add(members[i]!)
  let at = 0
  for (let i = 0; i < count; i++) {
    if (waiting.delete(order[i]!)) out[at++] = order[i]!
  }
  for (const row of waiting) out[at++] = row
}
