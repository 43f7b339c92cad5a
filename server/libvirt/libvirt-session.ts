import type { DomscopeError } from '../../lib/errors/domscope-error.ts'
import type { Call } from '../../lib/libvirt/call.ts'
import { STATS_NOWAIT } from '../../lib/libvirt/constants.ts'
import { ErrorCode } from '../../lib/libvirt/error-codes.ts'
import { remoteCode } from '../../lib/libvirt/error-payload.ts'
import { bodyWordsOf } from '../../lib/libvirt/frame-splitter.ts'
import { getAllDomainStats } from '../../lib/libvirt/procedures/bulk-stats.ts'
import { connectClose } from '../../lib/libvirt/procedures/connection.ts'
import { getControlInfo, getXmlDesc, listAllDomains } from '../../lib/libvirt/procedures/domains.ts'
import type { BlockJobInfo, JobStats } from '../../lib/libvirt/procedures/jobs.ts'
import { getBlockJobInfo, getJobStats } from '../../lib/libvirt/procedures/jobs.ts'
import type { NodeStats } from '../../lib/libvirt/procedures/node.ts'
import { nodeGetCpuStats, nodeGetMemoryStats } from '../../lib/libvirt/procedures/node.ts'
import type { Clock } from '../clock.ts'
import type {
  BulkReply,
  BulkRequest,
  DomainEvent,
  DomainRef,
  HostFacts,
  HostSession,
  HugePages,
  LinkState,
} from './host-session.ts'
import { HugePageReader } from './huge-pages.ts'
import type { Listeners } from './listeners.ts'
import type { RawReply } from './pending-calls.ts'
import type { ReplyBuffers } from './reply-buffers.ts'
import type { RpcClient } from './rpc-client.ts'
import { SingleStats } from './single-stats.ts'

/**
 * Node statistics and control info are waited for as long as the connection lives: one that is given up would count as
 * an orphan, and whoever asks for them has at most one outstanding.
 */
const PATIENT_MS = Number.POSITIVE_INFINITY
/** Lists and XML of a busy daemon. */
const SLOW_MS = 15_000
/** How long a farewell may take. */
const CLOSE_MS = 500

/** Listeners that exist before the session does: events may come while it opens. */
export interface SessionListeners {
  readonly events: Listeners<DomainEvent>
  readonly link: Listeners<LinkState>
}

/** What a session is made of. */
export interface LibvirtSessionParts {
  readonly client: RpcClient
  readonly clock: Clock
  readonly facts: HostFacts
  readonly callbacks: HostSession['callbacks']
  readonly listeners: SessionListeners
  /** What the client takes its memory from. */
  readonly buffers: ReplyBuffers
}

/** A {@link HostSession} over an RPC client that was opened. */
export class LibvirtSession implements HostSession {
  readonly facts: HostFacts
  readonly callbacks: HostSession['callbacks']
  readonly #client: RpcClient
  readonly #listeners: SessionListeners
  readonly #buffers: ReplyBuffers
  readonly #cpu: NodeCounters
  readonly #memory: NodeCounters
  readonly #hugePages: HugePageReader
  /** For a driver without bulk statistics. */
  readonly #single: SingleStats | null

  constructor({ client, clock, facts, callbacks, listeners, buffers }: LibvirtSessionParts) {
    this.facts = facts
    this.callbacks = callbacks
    this.#single = facts.stats === 'single' ? new SingleStats(client, clock, facts.type) : null
    listeners.events.add((event) => this.#single?.forget(event.domain))
    this.#buffers = buffers
    this.#client = client
    this.#listeners = listeners
    this.#cpu = new NodeCounters(client, nodeGetCpuStats)
    this.#memory = new NodeCounters(client, nodeGetMemoryStats)
    this.#hugePages = new HugePageReader(client, isUnsupported)
  }

  get closed(): Promise<DomscopeError | null> {
    return this.#client.closed
  }

  get orphans(): number {
    return this.#client.orphans
  }

  async bulkStats(asked: BulkRequest, deadlineMs: number, onLate?: (reply: BulkReply) => void): Promise<BulkReply> {
    if (this.#single !== null) return this.#single.read(asked, deadlineMs)
    const request = this.facts.stats === 'bulk-waiting' ? { ...asked, flags: asked.flags & ~STATS_NOWAIT } : asked
    const late = onLate === undefined ? undefined : (reply: RawReply) => onLate(bulkReply(reply, this.#buffers))
    return bulkReply(await this.#client.callRaw(getAllDomainStats(request), deadlineMs, late), this.#buffers)
  }

  listDomains(flags: number, deadlineMs = SLOW_MS): Promise<DomainRef[]> {
    return this.#client.call(listAllDomains(flags), deadlineMs)
  }

  nodeCpuStats(): Promise<ReadonlyMap<string, bigint> | null> {
    return this.#cpu.read()
  }

  nodeMemoryStats(): Promise<ReadonlyMap<string, bigint> | null> {
    return this.#memory.read()
  }

  hugePages(): Promise<HugePages | null> {
    return this.#hugePages.read()
  }

  controlInfo(domain: DomainRef): Promise<{ state: number; stateTimeMs: number }> {
    return this.#client.call(getControlInfo(domain), PATIENT_MS)
  }

  xmlDesc(domain: DomainRef, deadlineMs = SLOW_MS): Promise<string> {
    return this.#client.call(getXmlDesc(domain), deadlineMs)
  }

  jobStats(domain: DomainRef): Promise<JobStats> {
    return this.#client.call(getJobStats(domain), PATIENT_MS)
  }

  blockJobInfo(domain: DomainRef, disk: string): Promise<BlockJobInfo | null> {
    return this.#client.call(getBlockJobInfo(domain, disk), PATIENT_MS)
  }

  onEvent(listener: (event: DomainEvent) => void): () => void {
    return this.#listeners.events.add(listener)
  }

  onLink(listener: (state: LinkState) => void): () => void {
    return this.#listeners.link.add(listener)
  }

  /** Says farewell, so that the daemon frees the connection at once; a daemon that does not answer is left. */
  async close(): Promise<void> {
    try {
      await this.#client.call(connectClose, CLOSE_MS)
    } catch {
      // The connection ends below whatever the daemon thinks of it.
    }
    this.#client.close()
  }
}

/**
 * Node statistics in two steps: how many fields there are, asked once, then the fields.
 *
 * @remarks A driver that has none says so once and is not asked again.
 */
class NodeCounters {
  readonly #client: RpcClient
  readonly #call: (count: number) => Call<NodeStats>
  #count: number | null = null

  constructor(client: RpcClient, call: (count: number) => Call<NodeStats>) {
    this.#client = client
    this.#call = call
  }

  async read(): Promise<ReadonlyMap<string, bigint> | null> {
    try {
      this.#count ??= (await this.#client.call(this.#call(0), PATIENT_MS)).count
      if (this.#count === 0) return null
      return (await this.#client.call(this.#call(this.#count), PATIENT_MS)).fields
    } catch (error) {
      if (!isUnsupported(error)) throw error
      this.#count = 0
      return null
    }
  }
}

/** Whether the daemon lacks a procedure. Only libvirt's code tells, and an unknown procedure has the code of bad calls. */
function isUnsupported(error: unknown): boolean {
  const code = remoteCode(error)
  return code === ErrorCode.NoSupport || code === ErrorCode.OperationUnsupported || code === ErrorCode.Rpc
}

function bulkReply({ message, sentAt }: RawReply, buffers: ReplyBuffers): BulkReply {
  let isHeld = true
  return {
    words: bodyWordsOf(message),
    bytes: message.header.length,
    sentAt,
    firstByteAt: message.firstByteAt,
    endAt: message.endAt,
    release: () => {
      if (isHeld) buffers.give(message.bytes)
      isHeld = false
    },
  }
}
