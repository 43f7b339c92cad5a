import { DomscopeError, findDomscopeError } from '../../lib/errors/domscope-error.ts'
import type { HostSession } from '../libvirt/host-session.ts'
import { FreshConnection, type FreshConnectionOptions } from './fresh-connection.ts'

/** How long after the second lost call a fresh connection is tried: a daemon that was only slow answers before. */
const SECOND_LOST_MS = 20_000
/** With one lost call the host goes on as it is, and only what waits for that call stands still. */
const ONE_LOST_MS = 120_000
/** How often it looks. */
const LOOK_MS = 5_000
/** From one try to the next, and what a try may take: a daemon that is well again is found within a minute. */
const RETRY_MS = 45_000
const TRY_MS = 25_000
/** Tries in a row whose question about domains got no answer; after so many they come ever later. */
const UNANSWERED_TRIES = 2
const MOST_RETRY_MS = 15 * 60_000

export interface ConnectionRenewalOptions extends Pick<FreshConnectionOptions, 'clock' | 'orphans' | 'open'> {
  /** The fresh connection is the host's from now on; `lost` calls of the old one are unanswered. */
  readonly moved: (fresh: HostSession, lost: number) => void
  /** A try failed: the host stays where it is. */
  readonly failed: (why: DomscopeError) => void
}

/** Looks for calls that one connection has lost, and tries fresh connections until one is answered. */
export class ConnectionRenewal {
  readonly #options: ConnectionRenewalOptions
  #cancel: () => void = () => {}
  #notBefore = Number.NEGATIVE_INFINITY
  #stopped = false
  #trying: FreshConnection | null = null
  #cancelTry: () => void = () => {}
  #unanswered = 0

  constructor(options: ConnectionRenewalOptions) {
    this.#options = options
  }

  /** Begins; returns the function that ends it, with whatever is being tried. */
  start(): () => void {
    this.#arm()
    return () => {
      this.#stopped = true
      this.#cancel()
      this.#cancelTry()
      this.#trying?.end()
    }
  }

  #arm(): void {
    if (!this.#stopped) this.#cancel = this.#options.clock.after(LOOK_MS, () => this.#look())
  }

  #look(): void {
    const now = this.#options.clock.now()
    if (this.#trying === null && now >= Math.max(this.#dueAt(), this.#notBefore)) this.#try(now)
    this.#arm()
  }

  /** Infinity while no call of this connection is lost. */
  #dueAt(): number {
    const { lostAt, carried } = this.#options.orphans
    const first = lostAt[0] ?? Number.POSITIVE_INFINITY
    const second = lostAt[carried > 0 ? 0 : 1] ?? Number.POSITIVE_INFINITY
    return Math.min(first + ONE_LOST_MS, second + SECOND_LOST_MS)
  }

  #try(startedAt: number): void {
    const { clock, orphans, moved } = this.#options
    let unanswered = false
    const fresh = new FreshConnection({
      ...this.#options,
      moved: (session) => moved(session, orphans.lostAt.length),
      asking: (is) => {
        unanswered = is
      },
    })
    this.#trying = fresh
    const done = (why: DomscopeError | null) => {
      this.#cancelTry()
      if (this.#trying !== fresh) return
      this.#trying = null
      this.#unanswered = unanswered ? this.#unanswered + 1 : 0
      const pause = RETRY_MS * 2 ** Math.max(0, this.#unanswered - UNANSWERED_TRIES)
      this.#notBefore = startedAt + Math.min(pause, MOST_RETRY_MS)
      if (why !== null && !this.#stopped) this.#options.failed(callsLost(orphans.lostAt.length, why))
    }
    this.#cancelTry = clock.after(TRY_MS, () => {
      done(slowError())
      fresh.end()
    })
    fresh.run().then(
      () => done(null),
      (error: unknown) => done(findDomscopeError(error) ?? internalError(error)),
    )
  }
}

/** What keeps the host where it is, and the calls that it waits for. */
function callsLost(lost: number, why: DomscopeError): DomscopeError {
  const calls = lost === 1 ? '1 call is' : `${lost} calls are`
  const message = `${calls} not answered, and a fresh connection does not help: ${why.message}`
  const detail = { lost, reason: why.code }
  return new DomscopeError('CALLS_LOST', message, {
    radius: 'connection',
    detail,
    cause: why,
    ...(why.remedy === null ? {} : { remedy: why.remedy }),
  })
}

function slowError(): DomscopeError {
  const message = `a fresh connection was not answered within ${TRY_MS / 1000} s`
  const remedy = 'The daemon hangs, or takes no more clients (max_clients): look at its log.'
  return new DomscopeError('NO_ANSWER', message, { radius: 'connection', remedy })
}

function internalError(error: unknown): DomscopeError {
  const text = error instanceof Error ? error.message : String(error)
  const message = `trying a fresh connection failed unexpectedly: ${text}`
  return new DomscopeError('INTERNAL', message, { radius: 'connection', cause: error })
}
