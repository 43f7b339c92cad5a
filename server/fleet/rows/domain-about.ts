import type { DerivedDomains } from '../../../lib/derive/derived-domains.ts'
import { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import type { Clock } from '../../clock.ts'
import type { DomainFacts } from '../../facts/domain-facts.ts'
import { ownLimits } from '../../facts/own-limits.ts'
import type { DomainEvent, DomainRef } from '../../libvirt/host-session.ts'
import type { AboutWriter, BusyDomain, HostRow } from '../fleet-writer.ts'
import type { DomainRefs } from './domain-refs.ts'
import type { RowFacts } from './row-facts.ts'
import type { JobAnswer, RowJobs } from './row-jobs.ts'
import type { RowSet } from './row-set.ts'
import { ToldIdentity } from './told-identity.ts'

/** What it works on; all of it belongs to the fleet. */
export interface AboutSources {
  readonly clock: Clock
  readonly refs: DomainRefs
  readonly facts: RowFacts
  readonly jobs: RowJobs
  readonly derived: DerivedDomains
  readonly rowsOf: (host: HostRow) => RowSet
  /** What a row's statistics name that its XML has too. */
  readonly identityOf: (row: number) => readonly string[]
  /** Facts or jobs of a row are others now. */
  readonly changed: (row: number) => void
}

/** What is known of domains beside their statistics: facts of the XML, and jobs. */
export class DomainAbout implements AboutWriter {
  readonly #from: AboutSources
  readonly #told: ToldIdentity

  constructor(sources: AboutSources) {
    this.#from = sources
    this.#told = new ToldIdentity(sources.identityOf)
  }

  /** A row begins, or its slot is used again. */
  born(row: number): void {
    this.#from.facts.born(row)
    this.#told.begin(row)
    this.#from.jobs.forget(row)
  }

  /** The row has another process, or none any more. */
  processChanged(row: number): void {
    const { facts, jobs, clock, changed } = this.#from
    facts.changed(row, clock.now())
    this.#told.begin(row)
    jobs.forget(row)
    changed(row)
  }

  /** The row's statistics may name other disks, images, NICs or limits than its XML did. */
  unrepeated(row: number): void {
    this.#told.unrepeated(row, this.#from.clock.now())
  }

  heard(row: number, event: DomainEvent): void {
    const { facts, jobs, clock, changed } = this.#from
    const now = clock.now()
    facts.heard(row, event, now)
    if (jobs.heard(row, event, now)) changed(row)
  }

  undescribed(host: HostRow, since: number, careful: boolean): readonly DomainRef[] {
    const { refs, facts, clock, rowsOf } = this.#from
    for (const [row, at] of this.#told.changed(clock.now())) facts.changed(row, at)
    return refs.of(facts.wanted(rowsOf(host), since, clock.now(), careful))
  }

  describe(host: HostRow, domain: DomainRef, askedAt: number, answer: DomainFacts | DomscopeError): void {
    const { refs, facts, jobs, derived, clock, changed } = this.#from
    const row = refs.rowOf(host, domain)
    if (row < 0) return
    if (!facts.put(row, askedAt, answer) || answer instanceof DomscopeError) return
    derived.caps.set(row, ownLimits(answer))
    jobs.described(row, answer, clock.now())
    changed(row)
  }

  busyDomains(host: HostRow): readonly BusyDomain[] {
    const { refs, jobs, clock, rowsOf, changed } = this.#from
    const now = clock.now()
    jobs.waiting(rowsOf(host), now)
    for (const row of jobs.expire(host, now)) changed(row)
    return jobs.busy(host).flatMap(({ row, whole, disks }) => {
      return refs.of([row]).map((domain) => ({ domain, whole, disks }))
    })
  }

  foundJobs(host: HostRow, domain: DomainRef, answer: JobAnswer, at: number): void {
    const { refs, jobs, changed } = this.#from
    const row = refs.rowOf(host, domain)
    // What was found belongs to the process that was asked about.
    if (row < 0 || !refs.isProcess(row, domain)) return
    jobs.put(row, at, answer)
    changed(row)
  }
}
