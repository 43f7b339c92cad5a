import { burstIntegral } from './signals.ts'

const DAY_SECONDS = 86_400
/** Seconds before the start of the simulation at which every host booted; longer than any guest's uptime. */
export const HOST_UPTIME = 120 * DAY_SECONDS

const CONTENTION_PERIOD = 240
const STALL_PERIOD = 420

/**
 * What a host does to all of its guests at once: episodes in which its CPUs are contended and episodes in which its
 * storage is slow. Both are integrals, in seconds of trouble.
 */
export class HostLoad {
  /** Radians per second of the day curve. */
  readonly omega: number
  readonly #hash: number
  readonly #contended: boolean

  constructor(hash: number, options: { readonly contended: boolean; readonly speed: number }) {
    this.#hash = hash
    this.#contended = options.contended
    this.omega = (2 * Math.PI * options.speed) / DAY_SECONDS
  }

  /** Seconds of contention until `t`, seconds since the start of the simulation. At most 1 a second. */
  contention(t: number): number {
    if (!this.#contended) return 0
    return burstIntegral(t + HOST_UPTIME, CONTENTION_PERIOD, CONTENTION_PERIOD / 5, this.#hash)
  }

  /** Seconds of slow storage until `t`. At most half a second each second. */
  stall(t: number): number {
    return burstIntegral(t + HOST_UPTIME, STALL_PERIOD, STALL_PERIOD / 10, this.#hash ^ 0x5bd1e995)
  }
}
