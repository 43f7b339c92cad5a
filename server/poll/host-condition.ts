import type { DomscopeError } from '../../lib/errors/domscope-error.ts'
import type { FleetWriter, HostRow, HostState, Lane } from '../fleet/fleet-writer.ts'
import { LANE_COUNT } from '../fleet/fleet-writer.ts'
import type { LinkState } from '../libvirt/host-session.ts'

/**
 * State and error of a connected host, out of how its lanes and its link do. The fleet hears of changes only.
 *
 * @remarks Busy: the link is, or some lane's call is overdue. The error shown is that of the first lane that has one; while
 * the host is busy, why a fresh connection does not help says more.
 */
export class HostCondition {
  readonly #host: HostRow
  readonly #fleet: FleetWriter
  readonly #errors: (DomscopeError | null)[] = new Array(LANE_COUNT).fill(null)
  readonly #overdue: boolean[] = new Array(LANE_COUNT).fill(false)
  #linkBusy = false
  #renewalError: DomscopeError | null = null
  #state: HostState = 'up'
  #error: DomscopeError | null = null

  constructor(host: HostRow, fleet: FleetWriter) {
    this.#host = host
    this.#fleet = fleet
  }

  link(state: LinkState): void {
    this.#linkBusy = state === 'busy'
    this.#tell()
  }

  fine(lane: Lane): void {
    this.#errors[lane] = null
    this.#overdue[lane] = false
    this.#tell()
  }

  /** Returns whether this is another error than before. */
  failed(lane: Lane, error: DomscopeError, overdue: boolean): boolean {
    const changed = !isSame(this.#errors[lane] ?? null, error)
    this.#errors[lane] = error
    this.#overdue[lane] = overdue
    this.#tell()
    return changed
  }

  /** A fresh connection was tried and failed. */
  renewalFailed(error: DomscopeError): void {
    this.#renewalError = error
    this.#tell()
  }

  #tell(): void {
    const state = this.#linkBusy || this.#overdue.includes(true) ? 'busy' : 'up'
    if (state === 'up') this.#renewalError = null
    const error = this.#renewalError ?? this.#errors.find((each) => each !== null) ?? null
    if (state === this.#state && isSame(error, this.#error)) return
    this.#state = state
    this.#error = error
    this.#fleet.hostState(this.#host, state, error)
  }
}

function isSame(a: DomscopeError | null, b: DomscopeError | null): boolean {
  return a === b || (a !== null && b !== null && a.code === b.code && a.message === b.message)
}
