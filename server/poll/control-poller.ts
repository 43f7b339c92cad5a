import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { Procedure } from '../../lib/libvirt/constants.ts'
import { formatUuid } from '../../lib/libvirt/domain-ref.ts'
import { ErrorCode } from '../../lib/libvirt/error-codes.ts'
import { remoteCode } from '../../lib/libvirt/error-payload.ts'
import type { ControlState } from '../fleet/fleet-writer.ts'
import type { DomainRef } from '../libvirt/host-session.ts'
import { callWithinBudget } from './budgeted-call.ts'
import type { NodePollerOptions } from './node-poller.ts'

/** Least time between two questions to one host, and between two about one domain. */
const HOST_GAP_MS = 1_000
const DOMAIN_GAP_MS = 15_000
/** It asks no guest, so a daemon that needs longer has lost the call or stands still. */
const DEADLINE_MS = 15_000

const FREE: ControlState = { state: 0, stateTimeMs: 0 }

/**
 * Asks what has hold of the monitors of domains whose records are partial: one such call at a time.
 *
 * @remarks The daemon answers without the domain's monitor, so a guest that hangs does not keep the answer.
 */
export class ControlPoller {
  readonly #options: NodePollerOptions
  /** Domains to ask about, as the fleet named them last. */
  #waiting: DomainRef[] = []
  /** By domain UUID: when it was asked about. */
  readonly #askedAt = new Map<string, number>()
  #lastAt = Number.NEGATIVE_INFINITY
  #busy = false
  /** The daemon has not answered the last question, given up or not. */
  #unanswered = false
  #complained = false
  #hasNoMonitors = false

  constructor(options: NodePollerOptions) {
    this.#options = options
  }

  get isBusy(): boolean {
    return this.#busy
  }

  /** Asks about the next domain, if there is one and its time has come; returns whether it did. */
  poll(): boolean {
    const now = this.#options.clock.now()
    if (this.#busy || this.#unanswered || now - this.#lastAt < HOST_GAP_MS) return false
    const domain = this.#next(now)
    if (domain === null) return false
    this.#busy = true
    this.#lastAt = now
    this.#ask(domain)
      .catch((error: unknown) => this.#complain(error, domain))
      .finally(() => {
        this.#busy = false
      })
    return true
  }

  #next(now: number): DomainRef | null {
    for (const [uuid, at] of this.#askedAt) if (now - at >= DOMAIN_GAP_MS) this.#askedAt.delete(uuid)
    if (this.#waiting.length === 0) this.#waiting = [...this.#options.fleet.partialDomains(this.#options.host)]
    for (let domain = this.#waiting.shift(); domain !== undefined; domain = this.#waiting.shift()) {
      const uuid = formatUuid(domain.uuid)
      if (this.#askedAt.has(uuid)) continue
      this.#askedAt.set(uuid, now)
      return domain
    }
    return null
  }

  async #ask(domain: DomainRef): Promise<void> {
    const { fleet, host, clock } = this.#options
    fleet.control(host, domain, await this.#answer(domain), clock.now())
  }

  /** A driver without the call has no monitor that anything could have hold of. */
  async #answer(domain: DomainRef): Promise<ControlState> {
    const { session, clock, orphans } = this.#options
    if (this.#hasNoMonitors) return FREE
    try {
      return await callWithinBudget({
        ...{ clock, orphans, procedure: Procedure.DomainGetControlInfo, keeper: 'domain', deadlineMs: DEADLINE_MS },
        start: () => this.#asked(session.controlInfo(domain)),
      })
    } catch (error) {
      if (remoteCode(error) !== ErrorCode.NoSupport) throw error
      this.#hasNoMonitors = true
      return FREE
    }
  }

  /** Notes that a question is on its way: one that got no answer is followed by no other. */
  #asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
    this.#unanswered = true
    const answered = () => {
      this.#unanswered = false
    }
    answer.then(answered, answered)
    return answer
  }

  /** Once a session: a daemon that refuses this refuses it every time. That a domain has just gone is no complaint. */
  #complain(error: unknown, domain: DomainRef): void {
    if (findDomscopeError(error)?.code === 'CONNECTION_LOST' || this.#complained) return
    if (remoteCode(error) === ErrorCode.NoDomain) return
    this.#complained = true
    this.#options.log.warn('poll.control-failed', { host: this.#options.host, domain: domain.name, error })
  }
}
