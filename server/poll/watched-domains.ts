import type { Clock } from '../clock.ts'
import type { FleetWriter, HostRow } from '../fleet/fleet-writer.ts'
import type { DomainRef } from '../libvirt/host-session.ts'
import { dutyPause } from './schedule.ts'

/** Share of the duty that calls about watched domains may take; the rest stays for everybody. */
const SHARE = 0.5

export interface WatchedDomainsOptions {
  readonly host: HostRow
  readonly fleet: FleetWriter
  readonly clock: Clock
  readonly intervalMs: number
  readonly dutyPercent: number
}

/** Domains that somebody looks at: when they are asked by a call of their own, between the calls about everything. */
export class WatchedDomains {
  readonly #options: WatchedDomainsOptions
  /** When they were asked last, by any call. */
  #askedAt = Number.NEGATIVE_INFINITY
  #notBefore = Number.NEGATIVE_INFINITY

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

  /** When the next call is due; Infinity when nobody looks or the call about everything comes soon enough. */
  nextAt(monitorAt: number): number {
    const { intervalMs } = this.#options
    const at = Math.max(this.#askedAt + intervalMs, this.#notBefore)
    return at > monitorAt - intervalMs / 2 || !this.some ? Number.POSITIVE_INFINITY : at
  }

  /** The domains to ask now. */
  take(): readonly DomainRef[] {
    this.#askedAt = this.#options.clock.now()
    return this.#list()
  }

  /**
   * The call that {@link take} was for took `costMs`.
   *
   * @returns how long the next call about everything has to wait for it, so that both stay within the duty.
   */
  took(costMs: number): number {
    const { clock, dutyPercent } = this.#options
    this.#notBefore = clock.now() + dutyPause(costMs, dutyPercent * SHARE)
    return dutyPause(costMs, dutyPercent)
  }

  #list(): readonly DomainRef[] {
    return this.#options.fleet.watchedDomains(this.#options.host)
  }
}
