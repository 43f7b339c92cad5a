import { CloseCode, FIRST_FINAL_CLOSE_CODE, SUBPROTOCOL } from '../../lib/sync/wire/protocol.ts'
import { retryDelayMs } from './backoff.ts'
import type { CreateSocket, FeedSocket } from './browser-socket.ts'
import type { FeedClock } from './feed-clock.ts'

/** Without a frame for this long the connection counts as dead. */
const SILENCE_MS = 3_000
/** On a link so slow that one frame takes longer, the watchdog backs off to this. */
const LONGEST_SILENCE_MS = 48_000
/** A connection that lasted this long forgets the failures before it. */
const STABLE_MS = 30_000
const CLOSED_ABNORMALLY = 1006

export interface LinkEvents {
  /** A new try starts. */
  connecting(attempt: number): void
  /** The socket is open: the first message is due. */
  opened(): void
  received(frame: Uint8Array | null): void
  /** The server says that this copy is out of step. */
  outOfStep(): void
  /** The connection is lost; the next try is due at `retryAt`. */
  waiting(retryAt: number, attempt: number, why: string): void
  /** The server will not have us; there is no next try. */
  refused(why: string): void
}

export interface LinkOptions {
  readonly url: () => string
  readonly createSocket: CreateSocket
  readonly clock: FeedClock
  /** In [0, 1). */
  readonly random: () => number
}

/** Keeps one connection to the server: tries again, watches for silence, obeys the server's close codes. */
export class FeedLink {
  private readonly options: LinkOptions
  private readonly events: LinkEvents
  private socket: FeedSocket | null = null
  /** Tells the events of the current socket from those of an abandoned one. */
  private life = 0
  private attempt = 0
  private silenceMs = SILENCE_MS
  private lastFrameAt = 0
  private wanted = false
  /** Undoes the timers of the current socket. One that ran is taken out: a socket may live for months. */
  private readonly cancels = new Set<() => void>()

  constructor(options: LinkOptions, events: LinkEvents) {
    this.options = options
    this.events = events
  }

  /** Starts trying. Nothing happens before the next turn of the event loop, so that an undo at once costs nothing. */
  open(): void {
    if (this.wanted) return
    this.wanted = true
    this.attempt = 0
    this.silenceMs = SILENCE_MS
    this.events.connecting(this.attempt)
    this.later(0, () => this.connect())
  }

  close(): void {
    this.wanted = false
    this.abandon(1000, 'closed by the page')
  }

  send(message: Uint8Array<ArrayBuffer>): void {
    this.socket?.send(message)
  }

  /** Gives up the connection, because what came over it cannot be trusted, and makes a new one. */
  restart(why: string): void {
    this.abandon(CloseCode.Resync, why)
    this.retry(null, why)
  }

  private connect(): void {
    const { clock, createSocket, url } = this.options
    const life = ++this.life
    this.lastFrameAt = clock.now()
    this.events.connecting(this.attempt)
    const socket = createSocket(url(), SUBPROTOCOL, {
      opened: () => {
        if (life !== this.life) return
        this.lastFrameAt = clock.now()
        this.events.opened()
      },
      received: (frame) => {
        if (life !== this.life) return
        this.lastFrameAt = clock.now()
        this.events.received(frame)
      },
      closed: (code, reason) => {
        if (life === this.life) this.lost(code, reason)
      },
    })
    // The socket may have failed at once.
    if (life !== this.life) return
    this.socket = socket
    this.watch(this.silenceMs)
    this.later(STABLE_MS, () => {
      this.attempt = 0
      this.silenceMs = SILENCE_MS
    })
  }

  private watch(ms: number): void {
    this.later(ms, () => {
      const left = this.lastFrameAt + this.silenceMs - this.options.clock.now()
      if (left > 0) return this.watch(left)
      this.abandon(CloseCode.Slow, 'silence')
      this.retry(null, `nothing came from the server for ${Math.round(this.silenceMs / 1000)} s`)
      this.silenceMs = Math.min(LONGEST_SILENCE_MS, this.silenceMs * 2)
    })
  }

  private lost(code: number, reason: string): void {
    this.forget()
    if (code >= FIRST_FINAL_CLOSE_CODE && code < 5000) {
      this.wanted = false
      this.events.refused(reason === '' ? `the server closed the connection (${code})` : reason)
      return
    }
    if (code === CloseCode.Resync) this.events.outOfStep()
    const retryAfterMs = /^retryAfterMs=(\d{1,6})$/.exec(reason)?.[1]
    this.retry(retryAfterMs === undefined ? null : Number(retryAfterMs), whyLost(code, reason))
  }

  private retry(retryAfterMs: number | null, why: string): void {
    if (!this.wanted) return
    const { clock, random } = this.options
    this.attempt++
    const delay = (retryAfterMs ?? 0) + retryDelayMs(this.attempt, random())
    this.events.waiting(clock.now() + delay, this.attempt, why)
    this.later(delay, () => this.connect())
  }

  /** Drops the socket without waiting for it: a dead peer would keep a closing socket for minutes. */
  private abandon(code: number, reason: string): void {
    const { socket } = this
    this.forget()
    socket?.close(code, reason)
  }

  private forget(): void {
    this.life++
    this.socket = null
    for (const cancel of this.cancels) cancel()
    this.cancels.clear()
  }

  private later(ms: number, callback: () => void): void {
    const cancel = this.options.clock.after(ms, () => {
      this.cancels.delete(cancel)
      callback()
    })
    this.cancels.add(cancel)
  }
}

function whyLost(code: number, reason: string): string {
  if (code === CloseCode.Restart) return 'the server is restarting'
  if (code === CloseCode.Slow) return 'this page was too slow for the server'
  if (code === CLOSED_ABNORMALLY) return 'the server cannot be reached'
  return reason === '' ? `the connection was closed (${code})` : reason
}
