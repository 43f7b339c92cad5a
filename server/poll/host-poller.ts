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
  #failures = 0
  /** Of the failure to connect that was logged last, since the last session. */
  #loggedCode: string | null = null
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
    this.#tally.reconnects++
    log.info('host.connected', { host, hostname: session.facts.hostname, libvirt: session.facts.libvirtVersion })
    const same = fleet.hostUp(host, session.facts)
    if (same !== null) log.warn('host.same-machine', { host, sameAs: same, uuid: session.facts.hostUuid })
    const why = await this.#poll(session)
    this.#failures = clock.now() - since >= STEADY_MS ? 1 : this.#failures + 1
    if (!this.#stopped) log.warn('host.lost', { host, error: why })
    return why
  }

  async #connect(): Promise<HostSession> {
    const { uri, clock, log, connectGate, buffers, maxMessageBytes, runtimeDir, open = openSession } = this.#options
    const leaveGate = await this.#orStopped(connectGate.enter(), (leaveLate) => leaveLate())
    try {
      const opening = open(uri, {
        clock,
        log,
        ...(buffers === undefined ? {} : { buffers }),
        ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }),
        ...(runtimeDir === undefined ? {} : { runtimeDir }),
      })
      return await this.#orStopped(opening, leave)
    } finally {
      leaveGate()
    }
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

  async #poll(session: HostSession): Promise<DomscopeError> {
    const stopPolling = new SessionPoller({ ...this.#options, session, tally: this.#tally }).start()
    const stopped = new Promise<null>((resolve) => {
      this.#interrupt = () => resolve(null)
    })
    const why = await Promise.race([session.closed, stopped])
    this.#interrupt = () => {}
    stopPolling()
    if (this.#stopped) return await leave(session)
    return why ?? closedError()
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
