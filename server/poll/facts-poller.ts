import { DomscopeError, findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { Procedure } from '../../lib/libvirt/constants.ts'
import { ErrorCode } from '../../lib/libvirt/error-codes.ts'
import { remoteCode } from '../../lib/libvirt/error-payload.ts'
import { type DomainFacts, readDomainFacts } from '../facts/domain-facts.ts'
import type { DomainRef } from '../libvirt/host-session.ts'
import { callWithinBudget } from './budgeted-call.ts'
import type { NodePollerOptions } from './node-poller.ts'
import { dutyPause } from './schedule.ts'

/** Least time between two questions to one host: five a second. */
const GAP_MS = 200
/** How often it looks for domains to ask about when there were none. */
const IDLE_MS = 500
/** A daemon that needs longer for one XML waits for something that hangs. */
const DEADLINE_MS = 15_000
/** Share of our own time that reading one host's XML may take, so that XML made to be slow delays no other host. */
const PARSE_DUTY_PERCENT = 5

/**
 * Reads the XML of domains, one at a time and each only when it may be another one than before.
 *
 * @remarks Beside the polls, never in them. A new session asks for all once, because nobody heard what happened in
 * between; the facts from before stay meanwhile.
 */
export class FactsPoller {
  readonly #options: NodePollerOptions
  readonly #since: number
  /** Domains to ask about, as the fleet named them last. */
  #waiting: DomainRef[] = []
  #cancel: () => void = () => {}
  #stopped = false
  #complained = false
  /** What reading the last XML took, ms. */
  #parseMs = 0

  constructor(options: NodePollerOptions) {
    this.#options = options
    this.#since = options.clock.now()
  }

  /** Begins; returns the function that ends it. A call under way is left to itself. */
  start(): () => void {
    this.#arm(IDLE_MS)
    return () => {
      this.#stopped = true
      this.#cancel()
    }
  }

  #arm(ms: number): void {
    if (!this.#stopped) this.#cancel = this.#options.clock.after(ms, () => void this.#next())
  }

  async #next(): Promise<void> {
    const { clock } = this.#options
    const startedAt = clock.now()
    const domain = this.#take()
    if (domain === null) {
      this.#arm(IDLE_MS)
      return
    }
    await this.#ask(domain, startedAt)
    this.#arm(Math.max(startedAt + GAP_MS - clock.now(), dutyPause(this.#parseMs, PARSE_DUTY_PERCENT)))
  }

  #take(): DomainRef | null {
    const { fleet, host, orphans } = this.#options
    // With all orphans there may be, every slot of the connection is taken.
    if (orphans.full) return null
    if (this.#waiting.length === 0) this.#waiting = [...fleet.about.undescribed(host, this.#since, orphans.count > 0)]
    return this.#waiting.shift() ?? null
  }

  async #ask(domain: DomainRef, askedAt: number): Promise<void> {
    const { session, clock, orphans } = this.#options
    try {
      const xml = await callWithinBudget({
        clock,
        orphans,
        procedure: Procedure.DomainGetXmlDesc,
        keeper: 'domain',
        deadlineMs: DEADLINE_MS,
        start: () => session.xmlDesc(domain, Number.POSITIVE_INFINITY),
        late: (lateXml) => this.#tell(domain, askedAt, this.#read(domain, lateXml)),
      })
      this.#tell(domain, askedAt, this.#read(domain, xml))
    } catch (error) {
      const known = findDomscopeError(error)
      // With the connection the poller ends, and the next one asks again.
      if (known?.code === 'CONNECTION_LOST') return
      this.#complain(domain, error)
      this.#tell(domain, askedAt, known ?? internal(error))
    }
  }

  #read(domain: DomainRef, xml: string): DomainFacts | DomscopeError {
    const { clock } = this.#options
    const startedAt = clock.now()
    try {
      return readDomainFacts(xml)
    } catch (error) {
      this.#complain(domain, error)
      return findDomscopeError(error) ?? internal(error)
    } finally {
      this.#parseMs = clock.now() - startedAt
    }
  }

  #tell(domain: DomainRef, askedAt: number, answer: DomainFacts | DomscopeError): void {
    if (!this.#stopped) this.#options.fleet.about.describe(this.#options.host, domain, askedAt, answer)
  }

  /**
   * Once a session: each domain shows its own error, and a daemon that refuses one XML may refuse all. That a domain
   * has just gone is no complaint.
   */
  #complain(domain: DomainRef, error: unknown): void {
    if (this.#complained || remoteCode(error) === ErrorCode.NoDomain) return
    this.#complained = true
    const { log, host } = this.#options
    log.warn('poll.facts-failed', { host, domain: domain.name, error })
  }
}

function internal(error: unknown): DomscopeError {
  const text = error instanceof Error ? error.message : String(error)
  return new DomscopeError('INTERNAL', `reading the XML failed unexpectedly: ${text}`, {
    radius: 'reply',
    cause: error,
  })
}
