import type { Guest } from './guest/guest.ts'
import type { BulkFaults } from './procedures/bulk-stats.ts'
import { ErrorDomain, RpcRefusal } from './wire/rpc-refusal.ts'

/**
 * How the daemon behaves as a whole: `ping-only` answers PING while every call waits, `dead` reads nothing at all. Back
 * to `normal`, what waited is answered.
 */
export type DaemonMode = 'normal' | 'ping-only' | 'dead'

/** A reply sent in small pieces. */
export interface Trickle {
  readonly bytes: number
  readonly everyMs: number
}

/** What is wrong with a simulated daemon. Tests change it while it runs. */
export class Faults implements BulkFaults {
  mode: DaemonMode = 'normal'
  /** Milliseconds that a bulk call takes. */
  slowMs: number
  /** Milliseconds that a bulk call about monitor groups takes besides. */
  monitorMs = 0
  /** Milliseconds that every other call takes. */
  delayMs = 0
  partialPercent: number
  readonly partial = new Set<Guest>()
  trickle: Trickle | null = null
  /** Replies change places with the ones next to them. */
  reorder = false
  /** The next bulk reply ends after so many bytes, and the connection with it. */
  cutAfter: number | null = null
  readonly #failures = new Map<number, { code: number; left: number }>()
  /** Calls to lose, by procedure; {@link ANY} counts for each. */
  readonly #losses = new Map<number, number>()

  constructor(slowMs: number, partialPercent: number) {
    this.slowMs = slowMs
    this.partialPercent = partialPercent
  }

  /** The next `times` calls of `procedure` fail with libvirt's `code`. */
  failNext(procedure: number, code: number, times: number): void {
    if (times > 0) this.#failures.set(procedure, { code, left: times })
    else this.#failures.delete(procedure)
  }

  /** The next `times` calls of `procedure`, of any when it is null, are taken and never answered. */
  loseNext(procedure: number | null, times: number): void {
    this.#losses.set(procedure ?? ANY, times)
  }

  /** Whether this call is to be lost. */
  loses(procedure: number): boolean {
    for (const key of [procedure, ANY]) {
      const left = this.#losses.get(key) ?? 0
      if (left === 0) continue
      this.#losses.set(key, left - 1)
      return true
    }
    return false
  }

  /** Throws when this call was chosen to fail. */
  checkFailure(procedure: number): void {
    const failure = this.#failures.get(procedure)
    if (failure === undefined) return
    failure.left--
    if (failure.left <= 0) this.#failures.delete(procedure)
    throw new RpcRefusal(failure.code, failureDomain(failure.code), FAILURE_WORDS[failure.code] ?? 'simulated failure')
  }
}

/** No procedure has this number. */
const ANY = 0

/** What libvirt says with the codes that a bulk call fails with. */
const FAILURE_WORDS: Readonly<Record<number, string>> = {
  1: `Number of domain stats records is 16385, which exceeds max limit: 16384`,
  38: 'Unable to read from monitor: Connection reset by peer',
  39: 'Unable to encode message payload',
}

function failureDomain(code: number): number {
  return code === 38 ? ErrorDomain.Qemu : ErrorDomain.Rpc
}
