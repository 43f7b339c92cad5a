import type { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import type { DomainFacts } from '../../facts/domain-facts.ts'
import type {
  AboutWriter,
  BusyDomain,
  ControlState,
  FleetWriter,
  HostPolling,
  HostState,
  IngestResult,
  Lane,
  ReplyTiming,
} from '../../fleet/fleet-writer.ts'
import type { JobAnswer } from '../../fleet/rows/row-jobs.ts'
import type { DomainEvent, DomainRef, HostFacts } from '../../libvirt/host-session.ts'

export interface Ingested {
  readonly lane: Lane
  readonly words: number
  readonly timing: ReplyTiming
  readonly complete: boolean
}

/** A fleet that only remembers what it was told. */
export class RecordingFleet implements FleetWriter, AboutWriter {
  readonly states: { state: HostState; code: string | null }[] = []
  readonly ingested: Ingested[] = []
  readonly events: DomainEvent[] = []
  readonly finished: { lane: Lane; askedAt: number }[] = []
  readonly node: string[] = []
  readonly controls: { name: string; state: number; at: number }[] = []
  partial: DomainRef[] = []
  /** Domains whose XML is to be read, each named once; whether the last question was a careful one; the answers. */
  toDescribe: DomainRef[] = []
  carefully: boolean | null = null
  readonly descriptions: { name: string; askedAt: number; answer: DomainFacts | DomscopeError }[] = []
  watched: DomainRef[] = []
  looked = true
  ups: HostFacts[] = []
  /** Name of another host that every session is told to be on the machine of. */
  sameMachine: string | null = null
  last: HostPolling | null = null
  mostOrphans = 0
  /** Thrown at whoever brings a reply or an event, as by a mistake in the store. */
  fault: Error | null = null
  /** What the next replies answer. */
  result: IngestResult = { records: 0, missingActive: 0, partialRecords: 0, error: null }

  get state(): string {
    const last = this.states.at(-1)
    return last === undefined ? 'none' : `${last.state}${last.code === null ? '' : `: ${last.code}`}`
  }

  hostState(_host: number, state: HostState, error: DomscopeError | null): void {
    this.states.push({ state, code: error?.code ?? null })
  }

  hostUp(_host: number, facts: HostFacts): string | null {
    this.ups.push(facts)
    this.states.push({ state: 'up', code: null })
    return this.sameMachine
  }

  /** How many calls were lost, each time the host went on with a fresh connection. */
  readonly renewals: number[] = []

  connectionRenewed(_host: number, _facts: HostFacts, lost: number): void {
    this.renewals.push(lost)
    this.states.push({ state: 'up', code: null })
  }

  ingest(_host: number, lane: Lane, words: Uint32Array, timing: ReplyTiming, complete: boolean): IngestResult {
    if (this.fault !== null) throw this.fault
    this.ingested.push({ lane, words: words.length, timing, complete })
    return this.result
  }

  finishLists(_host: number, lane: Lane, askedAt: number): number {
    this.finished.push({ lane, askedAt })
    return 0
  }

  event(_host: number, event: DomainEvent): void {
    if (this.fault !== null) throw this.fault
    this.events.push(event)
  }

  nodeCpu(): void {
    this.node.push('cpu')
  }

  nodeMemory(): void {
    this.node.push('memory')
  }

  hugePages(): void {
    this.node.push('pages')
  }

  polling(_host: number, polling: HostPolling): void {
    this.last = polling
    this.mostOrphans = Math.max(this.mostOrphans, polling.orphans)
  }

  partialDomains(): readonly DomainRef[] {
    return this.partial.slice(0, 50)
  }

  /** Known active domains; while there are none the lanes ask about everything. */
  active: DomainRef[] = []

  activeDomains(): readonly DomainRef[] {
    return this.active
  }

  watchedDomains(): readonly DomainRef[] {
    return this.watched
  }

  isLookedAt(): boolean {
    return this.looked
  }

  undescribed(_host: number, _since: number, careful: boolean): readonly DomainRef[] {
    this.carefully = careful
    return this.toDescribe.splice(0)
  }

  /** Domains that a job seems to have hold of, and what was found. */
  busy: BusyDomain[] = []
  readonly found: { name: string; kinds: string[]; at: number }[] = []
  readonly about = this

  busyDomains(): readonly BusyDomain[] {
    return this.busy
  }

  foundJobs(_host: number, { name }: DomainRef, { jobs }: JobAnswer, at: number): void {
    this.found.push({ name, kinds: jobs.map(({ kind }) => kind), at })
  }

  describe(_host: number, { name }: DomainRef, askedAt: number, answer: DomainFacts | DomscopeError): void {
    this.descriptions.push({ name, askedAt, answer })
  }

  control(_host: number, { name }: DomainRef, info: ControlState, at: number): void {
    this.controls.push({ name, state: info.state, at })
  }
}
