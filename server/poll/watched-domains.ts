import type { Clock } from '../clock.ts'
import type { FleetWriter, HostRow } from '../fleet/fleet-writer.ts'
import type { DomainRef } from '../libvirt/host-session.ts'

export interface WatchedDomainsOptions {
  readonly host: HostRow
  readonly fleet: FleetWriter
  readonly clock: Clock
  readonly intervalMs: number
}

/** Domains that somebody looks at: when they are asked by a call of their own, between the calls about everything. */
export class WatchedDomains {
  readonly #options: WatchedDomainsOptions
  /** When they were asked last, by any call. */
  #askedAt = Number.NEGATIVE_INFINITY

  constructor(options: WatchedDomainsOptions) {
    this.#options = options
  }

  get some(): boolean {
    return this.#list().length > 0
  }

  /** A call about everything went out at `startedAt`. */
  asked(startedAt: number): void {
    this.#askedAt = startedAt
  }

  /**
   * When the next call is due; Infinity when nobody looks or the call about everything comes soon enough.
   *
   * @param notBefore - When the budget allows it.
   */
  nextAt(wholeAt: number, notBefore: number): number {
    const { intervalMs } = this.#options
    const at = Math.max(this.#askedAt + intervalMs, notBefore)
    return at > wholeAt - intervalMs / 2 || !this.some ? Number.POSITIVE_INFINITY : at
  }

  /** The domains to ask now. */
  take(): readonly DomainRef[] {
    this.#askedAt = this.#options.clock.now()
    return this.#list()
  }

  #list(): readonly DomainRef[] {
    return this.#options.fleet.watchedDomains(this.#options.host)
  }
}
