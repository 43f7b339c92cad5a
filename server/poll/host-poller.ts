import type { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { DomscopeError as Failure, findDomscopeError } from '../../lib/errors/domscope-error.ts'
import type { LibvirtUri } from '../../lib/libvirt/uri.ts'
import type { Clock } from '../clock.ts'
import type { FleetWriter, HostRow } from '../fleet/fleet-writer.ts'
import type { HostSession } from '../libvirt/host-session.ts'
import type { OpenSessionOptions } from '../libvirt/open-session.ts'
import { openSession } from '../libvirt/open-session.ts'
import type { ReplyBuffers } from '../libvirt/reply-buffers.ts'
import type { Log } from '../log.ts'
import type { ConnectGate } from './connect-gate.ts'
import { ConnectionRenewal } from './connection-renewal.ts'
import { OrphanBudget } from './orphan-budget.ts'
import { backoffMs, localRetryMs } from './schedule.ts'
import { SessionPoller } from './session-poller.ts'

export interface HostPollerOptions {
  readonly host: HostRow
  readonly uri: LibvirtUri
  readonly fleet: FleetWriter
  readonly clock: Clock
  /** Uniform in 0 … 1, for jitter. */
  readonly random: () => number
  readonly intervalMs: number
  /** Share of libvirtd's time that monitor calls may take. */
  readonly dutyPercent: number
  readonly connectGate: ConnectGate
  /** Memory for replies that all hosts share. */
  readonly buffers?: ReplyBuffers
  readonly log: Log
  /** Largest reply to accept; default 32 MiB + 4. */
  readonly maxMessageBytes?: number
  /** What XDG_RUNTIME_DIR says, for session daemons. */
  readonly runtimeDir?: string
  /** The daemon is one of our simulated ones, so remedies about real daemons would mislead. */
  readonly simulated?: boolean
  /** How to open a session; tests give their own. */
  readonly open?: (uri: LibvirtUri, options: OpenSessionOptions) => Promise<HostSession>
}

/** A session that lived so long ends a row of failures. */
const STEADY_MS = 30_000
/** Errors of a local socket that cost nothing to meet again, because no daemon is behind it. */
const NOBODY_THERE = new Set(['SOCKET_MISSING', 'DAEMON_NOT_RUNNING'])

/**
 * Keeps one host connected and polled, for as long as the server runs.
 *
 * @returns the function that ends it; its promise settles when nothing of it is left.
 */
export function startHostPoller(options: HostPollerOptions): () => Promise<void> {
  const poller = new HostPoller(options)
  const done = poller.run()
  return async () => {
    poller.stop()
    await done
  }
}

class HostPoller {
  readonly #options: HostPollerOptions
  /** -1 until the first session opened. */
  readonly #tally = { reconnects: -1, timeouts: 0 }
  readonly #orphans = new OrphanBudget()
  /** Of the newest session. */
  #callbacks: HostSession['callbacks'] = null
  #failures = 0
  /** Of the failure to connect that was logged last, since the last session. */
  #loggedCode: string | null = null
  /** As that, of tries to go on with a fresh connection. */
  #loggedRenewal: string | null = null
  #stopped = false
  /** Ends what is being waited for: a pause, or the session. */
  #interrupt: () => void = () => {}

  constructor(options: HostPollerOptions) {
    this.#options = options
  }

  stop(): void {
    this.#stopped = true
    this.#interrupt()
  }

  async run(): Promise<void> {
    const { fleet, host } = this.#options
    fleet.hostState(host, 'connecting', null)
    while (!this.#stopped) {
      const why = await this.#connectAndPoll()
      if (this.#stopped) return
      fleet.hostState(host, 'unreachable', why)
      await this.#pause(this.#pauseMs(why))
    }
  }

  /** One connection from its beginning to its end. Returns why it ended. */
  async #connectAndPoll(): Promise<DomscopeError> {
    const { fleet, host, clock, log } = this.#options
    let session: HostSession
    try {
      session = await this.#connect()
    } catch (error) {
      const failure = asFailure(error)
      const why = this.#options.simulated === true && NOBODY_THERE.has(failure.code) ? simEnded(failure) : failure
      this.#failures++
      // Each kind of failure once: the next hundred attempts will fail the same way.
      if (why.code !== this.#loggedCode) log.warn('host.unreachable', { host, error: why })
      this.#loggedCode = why.code
      return why
    }
    const since = clock.now()
    if (this.#stopped) return await leave(session)
    this.#loggedCode = null
    this.#loggedRenewal = null
    this.#tally.reconnects++
    this.#notice(session)
    log.info('host.connected', { host, hostname: session.facts.hostname, libvirt: session.facts.libvirtVersion })
    const same = fleet.hostUp(host, session.facts)
    if (same !== null) log.warn('host.same-machine', { host, sameAs: same, uuid: session.facts.hostUuid })
    const why = await this.#poll(session)
    this.#failures = clock.now() - since >= STEADY_MS ? 1 : this.#failures + 1
    if (!this.#stopped) log.warn('host.lost', { host, error: why })
    return why
  }

  async #connect(): Promise<HostSession> {
    const leaveGate = await this.#orStopped(this.#options.connectGate.enter(), (leaveLate) => leaveLate())
    try {
      return await this.#orStopped(this.#open(), leave)
    } finally {
      leaveGate()
    }
  }

  #open(): Promise<HostSession> {
    const { uri, clock, log, buffers, maxMessageBytes, runtimeDir, open = openSession } = this.#options
    return open(uri, {
      clock,
      log,
      ...(buffers === undefined ? {} : { buffers }),
      ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }),
      ...(runtimeDir === undefined ? {} : { runtimeDir }),
    })
  }

  /** A second connection beside the one that is polled. */
  async #openFresh(): Promise<HostSession> {
    const leaveGate = await this.#options.connectGate.enter()
    try {
      return await this.#open()
    } finally {
      leaveGate()
    }
  }

  /** What earlier connections left unanswered is of no concern to another daemon. */
  #notice(session: HostSession): void {
    if (!this.#isSameDaemon(session)) this.#orphans.newDaemon()
    this.#callbacks = session.callbacks
  }

  /**
   * Whether the daemon may still be the process of the last session: one process counts its registrations for events on.
   *
   * @remarks Without such numbers, a local daemon that ended a connection has ended, and a distant one may be the same.
   */
  #isSameDaemon({ callbacks }: HostSession): boolean {
    if (callbacks === null || this.#callbacks === null) return this.#options.uri.transport !== 'unix'
    return callbacks[0] > this.#callbacks[1]
  }

  /**
   * Waits for `promise`, but not once the poller is stopped: then it rejects at once, and what comes after all goes to
   * `discard`.
   */
  async #orStopped<Value>(promise: Promise<Value>, discard: (value: Value) => unknown): Promise<Value> {
    const stopped = new Promise<never>((_resolve, reject) => {
      this.#interrupt = () => reject(closedError())
    })
    if (this.#stopped) this.#interrupt()
    try {
      return await Promise.race([stopped, promise])
    } catch (error) {
      promise.then(discard, () => {})
      throw error
    } finally {
      this.#interrupt = () => {}
    }
  }

  /** Polls over `opened`, or over the fresh connections that take its place, until the last one ends. Returns why. */
  #poll(opened: HostSession): Promise<DomscopeError> {
    return new Promise((resolve) => {
      const over = (session: HostSession) => {
        const poller = new SessionPoller({ ...this.#options, session, tally: this.#tally, orphans: this.#orphans })
        const stopPolling = poller.start()
        const stopRenewing = this.#renewal(session, poller, (fresh) => {
          end()
          over(fresh)
        })
        let ended = false
        const end = () => {
          ended = true
          stopPolling()
          stopRenewing()
        }
        this.#interrupt = () => {
          end()
          resolve(leave(session))
        }
        void session.closed.then((why) => {
          if (ended) return
          end()
          this.#interrupt = () => {}
          resolve(why ?? closedError())
        })
      }
      over(opened)
    })
  }

  /** Looks after calls that `session` loses; `moved` gets the connection that takes its place. Returns the undo. */
  #renewal(session: HostSession, poller: SessionPoller, moved: (fresh: HostSession) => void): () => void {
    const { host, clock, log, fleet } = this.#options
    const renewal = new ConnectionRenewal({
      clock,
      orphans: this.#orphans,
      open: () => this.#openFresh(),
      moved: (fresh, lost) => {
        this.#loggedRenewal = null
        this.#tally.reconnects++
        this.#callbacks = fresh.callbacks
        log.warn('host.connection-renewed', { host, lost, orphans: this.#orphans.count })
        fleet.connectionRenewed(host, fresh.facts, lost)
        moved(fresh)
        void session.close()
      },
      failed: (error) => {
        poller.renewalFailed(error)
        const reason = String(error.detail.reason)
        if (reason !== this.#loggedRenewal) log.warn('host.fresh-connection-failed', { host, error })
        this.#loggedRenewal = reason
      },
    })
    return renewal.start()
  }

  #pauseMs(why: DomscopeError): number {
    const { uri, random } = this.#options
    const free = uri.transport === 'unix' && NOBODY_THERE.has(why.code)
    // The first attempt after a loss comes soon: most daemons that go are only being restarted.
    return free || this.#failures <= 1 ? localRetryMs(random()) : backoffMs(this.#failures, random())
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve)
      this.#interrupt = () => {
        cancel()
        resolve()
      }
    })
  }
}

async function leave(session: HostSession): Promise<DomscopeError> {
  await session.close()
  return closedError()
}

function closedError(): DomscopeError {
  return new Failure('CONNECTION_LOST', 'the connection was closed', { radius: 'connection' })
}

/** A simulated daemon ends with its process, and that one is not started twice. */
function simEnded(error: DomscopeError): DomscopeError {
  const { code, message, radius, detail } = error
  const remedy = 'The simulation ended: start Domscope again.'
  return new Failure(code, message, { radius, detail, remedy, cause: error })
}

/** Anything that is no DomscopeError is a mistake of ours; the host shows it instead of taking the process down. */
function asFailure(error: unknown): DomscopeError {
  const known = findDomscopeError(error)
  if (known !== null) return known
  const text = error instanceof Error ? error.message : String(error)
  return new Failure('INTERNAL', `connecting failed unexpectedly: ${text}`, { radius: 'connection', cause: error })
}
