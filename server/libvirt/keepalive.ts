import type { Clock } from '../clock.ts'

/** Time between our PINGs. */
export const PING_INTERVAL_MS = 5_000
/** PINGs without a sign of life after which the daemon counts as silent: 15 s. */
const SILENT_AFTER = 3
/** PINGs after which even a daemon that owes us answers counts as gone: one minute. */
const GONE_AFTER = 12

export interface KeepaliveHandlers {
  ping(): void
  /** Whether the daemon owes us an answer. */
  callOutstanding(): boolean
  /** The daemon was silent for 15 s while it owes us an answer (true), or spoke again (false). */
  busy(busy: boolean): void
  /** The daemon is silent and owes nothing, or was silent for a minute. */
  gone(silentMs: number): void
}

/**
 * Tells a daemon that is gone from one that is busy.
 *
 * @remarks Counts unanswered PINGs rather than time, so that our own process may stand still (a laptop asleep, a stopped
 * process) without every connection being called dead when it wakes. Any byte from the daemon is life. The daemon's event
 * loop answers PINGs even while its workers hang, except with five calls stuck on one connection.
 */
export class Keepalive {
  readonly #clock: Clock
  readonly #handlers: KeepaliveHandlers
  #unanswered = 0
  #busy = false
  #cancel: () => void

  constructor(clock: Clock, handlers: KeepaliveHandlers) {
    this.#clock = clock
    this.#handlers = handlers
    this.#cancel = clock.after(PING_INTERVAL_MS, () => this.#tick())
  }

  /** Something came from the daemon. */
  heard(): void {
    this.#unanswered = 0
    if (!this.#busy) return
    this.#busy = false
    this.#handlers.busy(false)
  }

  stop(): void {
    this.#cancel()
  }

  #tick(): void {
    const outstanding = this.#handlers.callOutstanding()
    if (this.#unanswered >= (outstanding ? GONE_AFTER : SILENT_AFTER)) {
      this.#handlers.gone(this.#unanswered * PING_INTERVAL_MS)
      return
    }
    if (this.#unanswered >= SILENT_AFTER && !this.#busy) {
      this.#busy = true
      this.#handlers.busy(true)
    }
    this.#unanswered++
    this.#cancel = this.#clock.after(PING_INTERVAL_MS, () => this.#tick())
    this.#handlers.ping()
  }
}
