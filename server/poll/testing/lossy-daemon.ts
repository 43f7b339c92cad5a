import { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import type { Clock } from '../../clock.ts'
import { LANE_GROUPS, Lane } from '../../fleet/fleet-writer.ts'
import type { BulkReply, BulkRequest, DomainRef, HostSession } from '../../libvirt/host-session.ts'
import { VirtualSession } from './virtual-session.ts'

/** What is asked of a {@link LossyDaemon}. */
export type Asked = 'fast' | 'roster' | 'monitor' | 'list' | 'node' | 'xml' | 'job' | 'control'

/** How it takes a new connection. */
export type Opening = 'well' | 'refused' | 'silent'

/**
 * A daemon over virtual time with any number of connections: it loses calls that are chosen, keeps those that run into a
 * frozen guest, and answers the others within milliseconds.
 */
export class LossyDaemon {
  opening: Opening = 'well'
  /** Times that somebody wanted to connect. */
  attempts = 0
  /** Decides about each call whether it is lost; `connection` counts from 0. */
  loses: (asked: Asked, connection: number) => boolean = () => false
  /** Event callbacks of this process so far. */
  callbacks = 0
  readonly sessions: LossySession[] = []
  readonly domains: DomainRef[] = Array.from({ length: 5 }, (_, i) => domain(i + 1))
  readonly asked: { what: Asked; at: number; connection: number }[] = []
  /** Guests whose QEMU is stopped, and the calls that wait in their monitors. */
  readonly #frozen = new Map<DomainRef, (() => void) | null>()
  mostHeld = 0
  /** Lost calls that may still come: each lets its answer come. */
  readonly lost: (() => void)[] = []
  readonly clock: Clock

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** Workers that wait in a frozen guest's monitor. */
  get held(): number {
    return [...this.#frozen.values()].filter((waiting) => waiting !== null).length
  }

  /** Connections that are open. */
  get connected(): number {
    return this.sessions.filter(({ isClosed }) => !isClosed).length
  }

  get frozen(): number {
    return this.#frozen.size
  }

  readonly open = async (): Promise<HostSession> => {
    this.attempts++
    if (this.opening === 'silent') await new Promise<void>((resolve) => this.clock.after(3_000, resolve))
    if (this.opening !== 'well') throw new DomscopeError('NO_ANSWER', 'no room', { radius: 'connection' })
    const session = new LossySession(this, this.sessions.length)
    session.callbacks = [this.callbacks, this.callbacks + 16]
    this.callbacks += 17
    this.sessions.push(session)
    return session
  }

  freeze(index: number): void {
    const guest = this.domains[index]!
    if (!this.#frozen.has(guest)) this.#frozen.set(guest, null)
  }

  /** The guest's QEMU goes on, and what waited for it is answered. */
  thaw(index: number): void {
    const waiting = this.#frozen.get(this.domains[index]!)
    this.#frozen.delete(this.domains[index]!)
    waiting?.()
  }

  /** Settles when the daemon answers, with the number of partial records of a monitor call. */
  async take(what: Asked, connection: number): Promise<number> {
    this.asked.push({ what, at: this.clock.now(), connection })
    if (this.loses(what, connection)) await new Promise<void>((resolve) => void this.lost.push(resolve))
    await new Promise<void>((resolve) => this.clock.after(3, resolve))
    return what === 'monitor' ? await this.#walkMonitors() : 0
  }

  isHeld(guest: DomainRef): boolean {
    return (this.#frozen.get(guest) ?? null) !== null
  }

  /** As libvirt with NOWAIT: passes by guests whose monitors are held, and waits in the first one that is not. */
  async #walkMonitors(): Promise<number> {
    let partial = 0
    for (const guest of this.domains) {
      if (!this.#frozen.has(guest)) continue
      if (this.isHeld(guest)) partial++
      else {
        await new Promise<void>((resolve) => {
          this.#frozen.set(guest, resolve)
          this.mostHeld = Math.max(this.mostHeld, this.held)
        })
      }
    }
    return partial
  }
}

/** One connection to a {@link LossyDaemon}. */
class LossySession extends VirtualSession {
  isClosed = false
  readonly #daemon: LossyDaemon
  readonly #connection: number
  readonly #closing: (() => void)[] = []

  constructor(daemon: LossyDaemon, connection: number) {
    super(daemon.clock)
    this.#daemon = daemon
    this.#connection = connection
    this.domains = daemon.domains
    void this.closed.then(() => {
      this.isClosed = true
      for (const reject of this.#closing.splice(0)) reject()
    })
  }

  override async bulkStats(request: BulkRequest): Promise<BulkReply> {
    const lane = LANE_GROUPS.indexOf(request.groups as (typeof LANE_GROUPS)[number])
    const sentAt = this.#daemon.clock.now()
    const partial = await this.#take(lane === Lane.Monitor ? 'monitor' : lane === Lane.Fast ? 'fast' : 'roster')
    const now = this.#daemon.clock.now()
    return { words: Uint32Array.of(partial), bytes: 32, sentAt, firstByteAt: now, endAt: now, release: () => {} }
  }

  override async listDomains(): Promise<DomainRef[]> {
    await this.#take('list')
    return this.#daemon.domains
  }

  override async nodeCpuStats(): Promise<ReadonlyMap<string, bigint>> {
    await this.#take('node')
    return super.nodeCpuStats()
  }

  override async xmlDesc(): Promise<string> {
    await this.#take('xml')
    return '<domain/>'
  }

  override async controlInfo(guest: DomainRef): Promise<{ state: number; stateTimeMs: number }> {
    await this.#take('control')
    return { state: this.#daemon.isHeld(guest) ? 2 : 0, stateTimeMs: 1 }
  }

  override async jobStats(): Promise<{ type: number; params: [] }> {
    await this.#take('job')
    return { type: 0, params: [] }
  }

  /** Rejects when the connection ends first, whatever the daemon goes on doing. */
  #take(what: Asked): Promise<number> {
    return new Promise((resolve, reject) => {
      const lose = () => reject(new DomscopeError('CONNECTION_LOST', 'lost', { radius: 'connection' }))
      if (this.isClosed) return lose()
      this.#closing.push(lose)
      void this.#daemon.take(what, this.#connection).then(resolve)
    })
  }
}

function domain(i: number): DomainRef {
  return { name: `d${i}`, uuid: new Uint8Array(16).fill(i), id: i }
}
