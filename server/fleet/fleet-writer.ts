import type { DomscopeError } from '../../lib/errors/domscope-error.ts'
import type { DomainFacts } from '../facts/domain-facts.ts'
import type { DomainEvent, DomainRef, HostFacts, HugePages } from '../libvirt/host-session.ts'
import type { BusyRow, JobAnswer } from './rows/row-jobs.ts'

/** Row of a host in the host table; also its number everywhere in the server. */
export type HostRow = number

/**
 * Which of the three polls a reply belongs to. Each keeps its own record shapes.
 *
 * @remarks `fast`: STATE and INTERFACE of active domains, every interval. `monitor`: CPU_TOTAL, BALLOON, VCPU and BLOCK
 * of active domains, as the duty allows. `roster`: STATE of all domains, active or not, every 10 s and after events.
 */
export const Lane = { Fast: 0, Monitor: 1, Roster: 2 } as const
export type Lane = (typeof Lane)[keyof typeof Lane]
export const LANE_COUNT = 3

/** Stat group masks of the lanes. */
export const LANE_GROUPS = [1 | 16, 2 | 4 | 8 | 32, 1] as const

export interface ReplyTiming {
  readonly sentAt: number
  readonly firstByteAt: number
  readonly endAt: number
  /** The clock jumped since the poll before: nobody knows how long the interval was that ends with this reply. */
  readonly suspect: boolean
}

export interface IngestResult {
  readonly records: number
  /** Active rows of this host that a reply about all active domains did not name: ask the roster soon. */
  readonly missingActive: number
  readonly partialRecords: number
  readonly error: DomscopeError | null
}

export type HostState = 'connecting' | 'up' | 'busy' | 'unreachable'

/** What the poller tells of a host's polling, for the hosts page and the freshness of rows. */
export interface HostPolling {
  readonly fastIntervalMs: number
  readonly monitorIntervalMs: number
  readonly fastMs: number
  readonly monitorMs: number
  readonly replyBytes: number
  /** Share of libvirtd's time that our monitor calls take, in percent. */
  readonly dutyPercent: number
  readonly reconnects: number
  readonly orphans: number
  readonly timeouts: number
}

/** Answer of GET_CONTROL_INFO: 0 ok, 1 job, 2 occupied, 3 error; and for how long. */
export interface ControlState {
  readonly state: number
  readonly stateTimeMs: number
}

/** A domain that a job seems to have hold of. */
export interface BusyDomain extends Omit<BusyRow, 'row'> {
  readonly domain: DomainRef
}

/** What pollers tell beside statistics. As {@link FleetWriter}: synchronous, and does not throw. */
export interface AboutWriter {
  /**
   * Domains whose XML is to be read: it never was since `since` (monotonic ms), or is another one now. At most 50, other
   * ones each time if there are more.
   *
   * @param careful - Leave out domains that may hang.
   */
  undescribed(host: HostRow, since: number, careful: boolean): readonly DomainRef[]
  /**
   * What a domain's XML tells, or why it could not be read.
   *
   * @param askedAt - Monotonic ms.
   */
  describe(host: HostRow, domain: DomainRef, askedAt: number, answer: DomainFacts | DomscopeError): void
  /** Domains that a job seems to have hold of, and what to ask about; at most 20. */
  busyDomains(host: HostRow): readonly BusyDomain[]
  /**
   * The jobs that were found of what was asked about a busy domain.
   *
   * @param at - Monotonic ms.
   */
  foundJobs(host: HostRow, domain: DomainRef, answer: JobAnswer, at: number): void
}

/** What pollers may do to the fleet. Implemented by `Fleet`; every method is synchronous and does not throw. */
export interface FleetWriter {
  hostState(host: HostRow, state: HostState, error: DomscopeError | null): void
  /**
   * A session opened: versions, node facts.
   *
   * @returns the name of another host that is the same machine by its UUID, or null.
   */
  hostUp(host: HostRow, facts: HostFacts): string | null
  /**
   * The host goes on with a fresh connection to the same daemon, because `lost` calls of the old one got no answer. Rows,
   * rates and ages are those of the same processes.
   */
  connectionRenewed(host: HostRow, facts: HostFacts, lost: number): void
  /**
   * Decodes a bulk reply into the columns.
   *
   * @param complete - The reply speaks of all domains (roster) or all active ones (fast, monitor): rows it does not
   * name are gone, or no longer active. False for explicit lists: {@link finishLists} ends a series of them.
   */
  ingest(host: HostRow, lane: Lane, words: Uint32Array, timing: ReplyTiming, complete: boolean): IngestResult
  /**
   * A series of explicit lists is through: rows that no reply of it named are gone (roster), or no longer active.
   *
   * @param askedAt - When the series began, monotonic ms: rows sampled in this lane since then were named.
   * @returns the number of active rows that were not named.
   */
  finishLists(host: HostRow, lane: Lane, askedAt: number): number
  event(host: HostRow, event: DomainEvent): void
  /**
   * NODE_GET_CPU_STATS, true at `at` (monotonic ms).
   *
   * @param doubtMs - How much earlier or later it may have been: half of what the call took.
   */
  nodeCpu(host: HostRow, at: number, stats: ReadonlyMap<string, bigint>, doubtMs?: number): void
  /** NODE_GET_MEMORY_STATS; null when the host does not tell, so that NODE_GET_INFO's figure has to do. */
  nodeMemory(host: HostRow, stats: ReadonlyMap<string, bigint> | null): void
  hugePages(host: HostRow, pages: HugePages): void
  polling(host: HostRow, polling: HostPolling): void
  /** Domains of which the last record left something out; at most 50, other ones each time if there are more. */
  partialDomains(host: HostRow): readonly DomainRef[]
  /** Active domains that have been so for 10 s; the same list until there are others. */
  activeDomains(host: HostRow): readonly DomainRef[]
  /** Active domains that somebody looks at: they are worth a call of their own each interval. At most 50. */
  watchedDomains(host: HostRow): readonly DomainRef[]
  /** Whether anybody looks at the fleet at all: whoever polls may take its time when nobody does. */
  isLookedAt(): boolean
  /**
   * What has hold of a domain's monitor, asked because its records are partial.
   *
   * @param at - Monotonic ms.
   */
  control(host: HostRow, domain: DomainRef, info: ControlState, at: number): void
  /** What is known of domains beside their statistics. */
  readonly about: AboutWriter
}
