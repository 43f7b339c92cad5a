import { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import type { BlockJobInfo, JobStats } from '../../../lib/libvirt/procedures/jobs.ts'
import type { Clock } from '../../clock.ts'
import { LANE_GROUPS, type Lane } from '../../fleet/fleet-writer.ts'
import type {
  BulkReply,
  BulkRequest,
  DomainEvent,
  DomainRef,
  HostFacts,
  HostSession,
  HugePages,
  LinkState,
} from '../../libvirt/host-session.ts'
import { Listeners } from '../../libvirt/listeners.ts'

export interface VirtualCall {
  readonly lane: Lane
  readonly at: number
  readonly request: BulkRequest
  readonly deadlineMs: number
}

/** How the daemon takes a call: its duration in ms, `hang` for ever, or an error of libvirt's. */
export type Behaviour = number | 'hang' | { readonly code: number }

/** A session in virtual time, for pollers: they keep the deadlines themselves. */
export class VirtualSession implements HostSession {
  facts: HostFacts = {
    hostname: 'virtual',
    type: 'QEMU',
    libvirtVersion: 9_000_000,
    hypervisorVersion: 1,
    node: { model: 'x', memoryKiB: 1, cpus: 2, mhz: 1, numaNodes: 1, sockets: 1, cores: 2, threads: 1 },
    hostUuid: null,
    events: [0],
    stats: 'bulk',
    missing: [],
  }
  callbacks: readonly [number, number] | null = null
  readonly events = new Listeners<DomainEvent>()
  readonly link = new Listeners<LinkState>()
  readonly calls: VirtualCall[] = []
  readonly closed: Promise<DomscopeError | null>
  /** Decides about each bulk call. */
  behave: (call: VirtualCall) => Behaviour = () => 5
  domains: DomainRef[] = []
  readonly orphans = 0
  /** Calls without an answer, and the most there ever were. */
  outstanding = 0
  mostOutstanding = 0
  readonly #clock: Clock
  #settle: (error: DomscopeError | null) => void = () => {}
  #rejects = new Set<(error: DomscopeError) => void>()
  /** Replies whose memory was given back. */
  released = 0
  /** Calls that hang: each lets its reply come. */
  readonly hanging: (() => void)[] = []

  constructor(clock: Clock) {
    this.#clock = clock
    this.closed = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  bulkStats(request: BulkRequest, deadlineMs: number): Promise<BulkReply> {
    const sentAt = this.#clock.now()
    const call = { lane: laneOf(request), at: sentAt, request, deadlineMs }
    this.calls.push(call)
    this.outstanding++
    this.mostOutstanding = Math.max(this.mostOutstanding, this.outstanding)
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void) => {
        if (!this.#rejects.delete(lose)) return
        this.outstanding--
        outcome()
      }
      const lose = (error: DomscopeError) => settle(() => reject(error))
      this.#rejects.add(lose)
      const answer = () => {
        const now = this.#clock.now()
        const release = () => void this.released++
        settle(() => resolve({ words: new Uint32Array(1), bytes: 32, sentAt, firstByteAt: now, endAt: now, release }))
      }
      const behaviour = this.behave(call)
      if (behaviour === 'hang') this.hanging.push(answer)
      else if (typeof behaviour === 'number') this.#clock.after(behaviour, answer)
      else this.#clock.after(1, () => settle(() => reject(refused(behaviour.code))))
    })
  }

  /** How long a list of domains takes. */
  listTakes: number | 'hang' = 0
  /** Lists of domains without an answer, and the most there ever were. */
  lists = 0
  mostLists = 0

  async listDomains(_flags: number, _deadlineMs?: number): Promise<DomainRef[]> {
    this.mostLists = Math.max(this.mostLists, ++this.lists)
    const takes = this.listTakes
    if (takes === 'hang') await new Promise<void>((resolve) => this.hanging.push(resolve))
    else if (takes > 0) await new Promise<void>((resolve) => this.#clock.after(takes, resolve))
    this.lists--
    return this.domains
  }

  /** How often the machine's CPU figures were asked for. */
  nodeCalls = 0

  async nodeCpuStats(): Promise<ReadonlyMap<string, bigint>> {
    this.nodeCalls++
    return new Map([['idle', 1n]])
  }

  async nodeMemoryStats(): Promise<ReadonlyMap<string, bigint>> {
    return new Map([['total', 1n]])
  }

  async hugePages(): Promise<HugePages> {
    return { totalKiB: 0, freeKiB: 0 }
  }

  /** Names of the domains whose control info was asked for, and how each is answered. */
  readonly controlled: string[] = []
  controls: (name: string) => Promise<{ state: number; stateTimeMs: number }> = async () => ({
    state: 0,
    stateTimeMs: 0,
  })

  controlInfo({ name }: DomainRef): Promise<{ state: number; stateTimeMs: number }> {
    this.controlled.push(name)
    return this.controls(name)
  }

  /** Names of the domains whose XML was asked for, and when; and how each is answered. */
  readonly described: [name: string, at: number][] = []
  xmls: (name: string) => Promise<string> = async () => '<domain/>'

  xmlDesc({ name }: DomainRef): Promise<string> {
    this.described.push([name, this.#clock.now()])
    return this.xmls(name)
  }

  /** What was asked about jobs, and how it is answered. */
  readonly jobsAsked: string[] = []
  jobAnswer: () => Promise<JobStats> = async () => ({ type: 0, params: [] })
  blockJobAnswer: (disk: string) => Promise<BlockJobInfo | null> = async () => null

  jobStats({ name }: DomainRef): Promise<JobStats> {
    this.jobsAsked.push(`${this.#clock.now()} ${name}`)
    return this.jobAnswer()
  }

  blockJobInfo({ name }: DomainRef, disk: string): Promise<BlockJobInfo | null> {
    this.jobsAsked.push(`${this.#clock.now()} ${name} ${disk}`)
    return this.blockJobAnswer(disk)
  }

  onEvent(listener: (event: DomainEvent) => void): () => void {
    return this.events.add(listener)
  }

  onLink(listener: (state: LinkState) => void): () => void {
    return this.link.add(listener)
  }

  /** The connection breaks. */
  lose(error: DomscopeError | null): void {
    for (const reject of [...this.#rejects]) reject(error ?? lost())
    this.#settle(error)
  }

  async close(): Promise<void> {
    this.lose(null)
  }
}

function laneOf(request: BulkRequest): Lane {
  const lane = LANE_GROUPS.indexOf(request.groups as (typeof LANE_GROUPS)[number])
  if (lane < 0) throw new Error(`a call with groups ${request.groups}`)
  return lane as Lane
}

function lost(): DomscopeError {
  return new DomscopeError('CONNECTION_LOST', 'lost', { radius: 'connection' })
}

function refused(code: number): DomscopeError {
  return new DomscopeError('RPC_REMOTE', `code ${code}`, { radius: 'reply', detail: { code } })
}
