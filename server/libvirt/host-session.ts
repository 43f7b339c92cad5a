import type { DomscopeError } from '../../lib/errors/domscope-error.ts'
import type { DomainRef } from '../../lib/libvirt/domain-ref.ts'
import type { StatsWay } from '../../lib/libvirt/driver-stats.ts'
import type { DomainEvent } from '../../lib/libvirt/events.ts'
import type { BlockJobInfo, JobStats } from '../../lib/libvirt/procedures/jobs.ts'

export type { DomainEvent, DomainRef }

/** What a host says of itself when a session opens. */
export interface HostFacts {
  readonly hostname: string
  /** Driver type as libvirt spells it: `QEMU`, `TEST`, … */
  readonly type: string
  /** Versions as libvirt codes them: major · 1,000,000 + minor · 1,000 + release. */
  readonly libvirtVersion: number
  readonly hypervisorVersion: number
  readonly node: {
    readonly model: string
    readonly memoryKiB: number
    readonly cpus: number
    readonly mhz: number
    readonly numaNodes: number
    readonly sockets: number
    readonly cores: number
    readonly threads: number
  }
  /** UUID of the machine, canonical and lower case; null when the daemon does not say. */
  readonly hostUuid: string | null
  /** Events the daemon accepted a registration for, by libvirt event id. */
  readonly events: readonly number[]
  /** How the driver's statistics are got. With `single` a bulk call costs the daemon a call for each domain. */
  readonly stats: StatsWay
  /** Things the daemon lacks, in words for the operator. */
  readonly missing: readonly string[]
}

/** The huge-page pool of a host. Reserved pages are no ordinary memory, whether used or not. */
export interface HugePages {
  readonly totalKiB: number
  /** Null when it cannot be told. */
  readonly freeKiB: number | null
}

export interface BulkRequest {
  /** Mask of stat group bits. */
  readonly groups: number
  /** Flags of the bulk call: ACTIVE 1, NOWAIT 1 << 29. */
  readonly flags: number
  /** Explicit list; absent means all domains. */
  readonly domains?: readonly DomainRef[]
}

/** One bulk reply. The caller owns the words until it releases them. */
export interface BulkReply {
  /** The XDR body as 32-bit words in this machine's byte order over big-endian bytes: swap before use. */
  readonly words: Uint32Array
  /** Whole message, with header and length word. */
  readonly bytes: number
  /** Monotonic ms: request written, first byte of the reply read, last byte read. */
  readonly sentAt: number
  readonly firstByteAt: number
  readonly endAt: number
  /** Gives the memory of the words back, for another reply; who does not call it keeps them. */
  release(): void
}

export type LinkState = 'ok' | 'busy'

/**
 * An open, read-only connection to one libvirt daemon.
 *
 * @remarks Calls reject with a {@link DomscopeError}: `RPC_TIMEOUT` (radius reply; the late reply goes to `onLate`),
 * `RPC_REMOTE` (detail: libvirt's `code` and `domain`), `CONNECTION_LOST`, and the decode errors of `lib/libvirt`.
 */
export interface HostSession {
  readonly facts: HostFacts
  /**
   * First and last of the numbers under which the daemon registered this session for events; null when it has none. One
   * daemon process counts on from session to session.
   */
  readonly callbacks: readonly [first: number, last: number] | null
  /** `deadlineMs` is the caller's, Infinity for none; `onLate` is called when a reply comes after it. */
  bulkStats(request: BulkRequest, deadlineMs: number, onLate?: (reply: BulkReply) => void): Promise<BulkReply>
  /** `deadlineMs` is 15 s unless told; who gives Infinity has to ask one at a time. */
  listDomains(flags: number, deadlineMs?: number): Promise<DomainRef[]>
  /** Cumulative ns by field (`kernel user idle iowait …`); null when the driver has none. Has no deadline: ask one at a time. */
  nodeCpuStats(): Promise<ReadonlyMap<string, bigint> | null>
  /** KiB by field (`total free buffers cached …`); null when the driver has none. Has no deadline: ask one at a time. */
  nodeMemoryStats(): Promise<ReadonlyMap<string, bigint> | null>
  /** The reserved huge pages; null when the driver does not tell. Has no deadline: ask one at a time. */
  hugePages(): Promise<HugePages | null>
  /** GET_CONTROL_INFO: 0 ok, 1 job, 2 occupied, 3 error, and for how long. Has no deadline: ask one at a time. */
  controlInfo(domain: DomainRef): Promise<{ state: number; stateTimeMs: number }>
  /** GET_XML_DESC without flags, so without secrets. `deadlineMs` as with {@link listDomains}. */
  xmlDesc(domain: DomainRef, deadlineMs?: number): Promise<string>
  /** GET_JOB_STATS. Has no deadline: ask one at a time, and only about domains that are busy. */
  jobStats(domain: DomainRef): Promise<JobStats>
  /** GET_BLOCK_JOB_INFO of a disk by its target; null when it has no job. As {@link jobStats}. */
  blockJobInfo(domain: DomainRef, disk: string): Promise<BlockJobInfo | null>
  onEvent(listener: (event: DomainEvent) => void): () => void
  /** `busy`: the daemon does not answer our PINGs while a call is outstanding. */
  onLink(listener: (state: LinkState) => void): () => void
  /** Calls whose deadline passed and that the daemon has not answered. */
  readonly orphans: number
  /** Settles when the connection is gone: null after `close()`, else why. Never rejects. */
  readonly closed: Promise<DomscopeError | null>
  close(): Promise<void>
}
