import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { Procedure } from '../../lib/libvirt/constants.ts'
import { formatUuid } from '../../lib/libvirt/domain-ref.ts'
import { ErrorCode } from '../../lib/libvirt/error-codes.ts'
import { remoteCode } from '../../lib/libvirt/error-payload.ts'
import { type DomainJob, INCOMING_MIGRATION, readBlockJob, readJob } from '../facts/domain-job.ts'
import type { BusyDomain } from '../fleet/fleet-writer.ts'
import type { DomainRef } from '../libvirt/host-session.ts'
import { callWithinBudget } from './budgeted-call.ts'
import type { NodePollerOptions } from './node-poller.ts'

/** Least time between two looks at one host, and between two at one domain. ms. */
const HOST_GAP_MS = 500
const DOMAIN_GAP_MS = 2_000
/** The question goes through the domain's monitor, which a job may keep for a while. */
const DEADLINE_MS = 10_000

/** Asks domains that are known to be busy how far their jobs are: one call at a time, and no others. */
export class JobPoller {
  readonly #options: NodePollerOptions
  /** By domain UUID: when it was asked last. */
  readonly #askedAt = new Map<string, number>()
  #cancel: () => void = () => {}
  #stopped = false
  #complained = false

  constructor(options: NodePollerOptions) {
    this.#options = options
  }

  /** Begins; returns the function that ends it. A call under way is left to itself. */
  start(): () => void {
    this.#arm()
    return () => {
      this.#stopped = true
      this.#cancel()
    }
  }

  #arm(): void {
    if (!this.#stopped) this.#cancel = this.#options.clock.after(HOST_GAP_MS, () => void this.#next())
  }

  async #next(): Promise<void> {
    const domain = this.#take()
    if (domain !== null) await this.#ask(domain)
    this.#arm()
  }

  #take(): BusyDomain | null {
    const { clock, fleet, host, orphans } = this.#options
    const now = clock.now()
    for (const [uuid, at] of this.#askedAt) if (now - at >= DOMAIN_GAP_MS) this.#askedAt.delete(uuid)
    // A guest that hangs may be one of them, and its monitor would keep this call too.
    if (orphans.count > 0) return null
    for (const busy of fleet.about.busyDomains(host)) {
      const uuid = formatUuid(busy.domain.uuid)
      if (this.#askedAt.has(uuid)) continue
      this.#askedAt.set(uuid, now)
      return busy
    }
    return null
  }

  async #ask({ domain, whole, disks }: BusyDomain): Promise<void> {
    const { session, fleet, host, clock } = this.#options
    const jobs: DomainJob[] = []
    try {
      if (whole) {
        const job = await this.#whole(domain)
        if (job !== null) jobs.push(job)
      }
      for (const disk of disks) {
        const info = await this.#call(Procedure.DomainGetBlockJobInfo, () => session.blockJobInfo(domain, disk))
        if (info !== null) jobs.push(readBlockJob(disk, info))
      }
    } catch (error) {
      if (!hasEnded(error)) {
        this.#complain(error, domain.name)
        return
      }
      // What was found before the domain went ended with it.
      jobs.length = 0
    }
    if (!this.#stopped) fleet.about.foundJobs(host, domain, { asked: { whole, disks }, jobs }, clock.now())
  }

  async #whole(domain: DomainRef): Promise<DomainJob | null> {
    try {
      return readJob(await this.#call(Procedure.DomainGetJobStats, () => this.#options.session.jobStats(domain)))
    } catch (error) {
      // What QEMU's driver says where the guest arrives; a driver without the call has another code.
      if (remoteCode(error) === ErrorCode.OperationUnsupported) return INCOMING_MIGRATION
      throw error
    }
  }

  #call<Reply>(procedure: (typeof Procedure)[keyof typeof Procedure], start: () => Promise<Reply>): Promise<Reply> {
    const { clock, orphans } = this.#options
    // An answer that comes late is of no use: the next question is asked anyway.
    return callWithinBudget({ clock, orphans, procedure, keeper: 'monitor', deadlineMs: DEADLINE_MS, start })
  }

  /** Once a session: a driver without these calls refuses every one. */
  #complain(error: unknown, name: string): void {
    if (findDomscopeError(error)?.code === 'CONNECTION_LOST' || this.#complained) return
    this.#complained = true
    this.#options.log.warn('poll.job-failed', { host: this.#options.host, domain: name, error })
  }
}

/** A job often ends with its domain on this host: between its name and the question there is none any more. */
function hasEnded(error: unknown): boolean {
  const code = remoteCode(error)
  return code === ErrorCode.NoDomain || code === ErrorCode.OperationInvalid
}
