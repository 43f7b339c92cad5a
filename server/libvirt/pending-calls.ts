import type { DomscopeError } from '../../lib/errors/domscope-error.ts'
import type { Message } from '../../lib/libvirt/frame-splitter.ts'
import type { Clock } from '../clock.ts'
import { timeoutError } from './rpc-errors.ts'

/**
 * Calls on one connection that the daemon may have at once. With five it stops reading the socket, PINGs included, so one
 * slot stays free. Calls that timed out here still hold theirs over there.
 */
const MAX_IN_FLIGHT = 4
const SERIALS = 2 ** 32

/** An OK reply with its stamps; the receiver owns the bytes. */
export interface RawReply {
  readonly message: Message
  /** When the call was written, in the clock's ms. */
  readonly sentAt: number
}

interface Pending {
  readonly procedure: number
  readonly encode: (serial: number) => Uint8Array
  readonly deadlineMs: number
  readonly resolve: (reply: RawReply) => void
  readonly reject: (error: unknown) => void
  readonly onLate: ((reply: RawReply) => void) | null
  cancelDeadline: () => void
  sentAt: number
  /** Its deadline passed after it was sent. */
  orphan: boolean
}

/** Serials, deadlines and slots of the calls on one connection. */
export class PendingCalls {
  readonly #clock: Clock
  readonly #write: (bytes: Uint8Array) => void
  /** Sent and not answered, orphans too. */
  readonly #sent = new Map<number, Pending>()
  /** Waiting for a slot, first come first served. */
  readonly #queue: Pending[] = []
  #serial = 0
  #lost: DomscopeError | null = null
  orphans = 0

  constructor(clock: Clock, write: (bytes: Uint8Array) => void) {
    this.#clock = clock
    this.#write = write
  }

  /** Calls the daemon owes an answer to. */
  get outstanding(): number {
    return this.#sent.size
  }

  /** Whether a reply with this serial and procedure is waited for. */
  expects(serial: number, procedure: number): boolean {
    return this.#sent.get(serial)?.procedure === procedure
  }

  /** Sends a call as soon as a slot is free; its deadline runs from now, and never ends when it is Infinity. */
  add(
    procedure: number,
    encode: (serial: number) => Uint8Array,
    deadlineMs: number,
    onLate?: (reply: RawReply) => void,
  ): Promise<RawReply> {
    if (this.#lost !== null) return Promise.reject(this.#lost)
    return new Promise((resolve, reject) => {
      const pending: Pending = {
        procedure,
        encode,
        deadlineMs,
        resolve,
        reject,
        onLate: onLate ?? null,
        cancelDeadline: () => {},
        sentAt: 0,
        orphan: false,
      }
      if (Number.isFinite(deadlineMs))
        pending.cancelDeadline = this.#clock.after(deadlineMs, () => this.#expire(pending))
      this.#queue.push(pending)
      this.#sendNext()
    })
  }

  resolve(serial: number, message: Message): void {
    const pending = this.#settle(serial)
    if (pending === null) return
    const reply = { message, sentAt: pending.sentAt }
    if (pending.orphan) pending.onLate?.(reply)
    else pending.resolve(reply)
    this.#sendNext()
  }

  reject(serial: number, error: unknown): void {
    const pending = this.#settle(serial)
    if (pending === null) return
    if (!pending.orphan) pending.reject(error)
    this.#sendNext()
  }

  /** The connection is gone: every call fails, also those that come later. */
  rejectAll(error: DomscopeError): void {
    this.#lost = error
    const all = [...this.#sent.values(), ...this.#queue]
    this.#sent.clear()
    this.#queue.length = 0
    this.orphans = 0
    for (const pending of all) {
      pending.cancelDeadline()
      if (!pending.orphan) pending.reject(error)
    }
  }

  #settle(serial: number): Pending | null {
    const pending = this.#sent.get(serial)
    if (pending === undefined) return null
    this.#sent.delete(serial)
    pending.cancelDeadline()
    if (pending.orphan) this.orphans--
    return pending
  }

  #expire(pending: Pending): void {
    const waiting = this.#queue.indexOf(pending)
    if (waiting >= 0) {
      this.#queue.splice(waiting, 1)
      pending.reject(timeoutError(pending.procedure, pending.deadlineMs, false))
      return
    }
    pending.orphan = true
    this.orphans++
    pending.reject(timeoutError(pending.procedure, pending.deadlineMs, true))
  }

  #sendNext(): void {
    while (this.#sent.size < MAX_IN_FLIGHT) {
      const pending = this.#queue.shift()
      if (pending === undefined) return
      this.#send(pending)
    }
  }

  #send(pending: Pending): void {
    const serial = this.#nextSerial()
    let bytes: Uint8Array
    try {
      bytes = pending.encode(serial)
    } catch (error) {
      pending.cancelDeadline()
      pending.reject(error)
      return
    }
    pending.sentAt = this.#clock.now()
    this.#sent.set(serial, pending)
    this.#write(bytes)
  }

  /** Starts at 1; after 2^32 calls it starts over, past what is still unanswered. */
  #nextSerial(): number {
    do {
      this.#serial = (this.#serial + 1) % SERIALS
    } while (this.#sent.has(this.#serial))
    return this.#serial
  }
}
