import { growFloat64 } from '../../../lib/columns/grow.ts'
import { NO_STATE } from '../grid-tables.ts'

/** How long the event of a change may take to come after a poll has shown it, ms. */
const GRACE_MS = 2_000

/** A change of state that no event told of. */
export interface StateChange {
  readonly row: number
  readonly from: number
  readonly to: number
}

interface Suspected {
  readonly to: number
  readonly since: number
}

/**
 * Notices changes of state that only polls show: of daemons without events, and of the time when nobody listened.
 *
 * @remarks Where events come, a change is given a moment for its own one. The first state of a row is no change.
 */
export class StateWatch {
  /** By row: the state that was told last. */
  #told = new Float64Array(0)
  readonly #suspected = new Map<number, Suspected>()

  /** A new row, or one whose slot is used again. */
  forget(row: number, capacity: number): void {
    const before = this.#told.length
    this.#told = growFloat64(this.#told, capacity)
    if (this.#told.length > before) this.#told.fill(NO_STATE, before)
    this.#told[row] = NO_STATE
    this.#suspected.delete(row)
  }

  /** An event said so. */
  event(row: number, state: number): void {
    this.#told[row] = state
    this.#suspected.delete(row)
  }

  /** A poll read this. Returns the change, if it is time to tell it. */
  sampled(row: number, state: number, now: number, eventsCome: boolean): StateChange | null {
    const from = this.#told[row]!
    if (from === state) {
      if (this.#suspected.size > 0) this.#suspected.delete(row)
      return null
    }
    if (from === NO_STATE) {
      this.#told[row] = state
      return null
    }
    const suspected = this.#suspected.get(row)
    if (eventsCome && (suspected?.to !== state || now - suspected.since < GRACE_MS)) {
      if (suspected?.to !== state) this.#suspected.set(row, { to: state, since: now })
      return null
    }
    this.event(row, state)
    return { row, from, to: state }
  }
}
