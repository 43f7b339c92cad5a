import { NO_ROW } from '../columns/row-index.ts'

/** Rows of the last reply of each host and lane in its order, which the next one mostly repeats. */
export class ReplyOrder {
  private readonly lanes: number
  private readonly orders = new Map<number, Int32Array>()

  constructor(lanes: number) {
    this.lanes = lanes
  }

  /** The order of a host's last reply in a lane, with room for `records`; to be written into. `NO_ROW` where there was none. */
  of(host: number, lane: number, records: number): Int32Array {
    const key = host * this.lanes + lane
    const known = this.orders.get(key)
    if (known !== undefined && known.length >= records) return known
    const order = new Int32Array(Math.max(records, 64) * 2).fill(NO_ROW)
    if (known !== undefined) order.set(known)
    this.orders.set(key, order)
    return order
  }
}
