import type { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import type { Call } from '../../lib/libvirt/call.ts'
import { decodeReply, encodeCall, inProcedure } from '../../lib/libvirt/call.ts'
import { KeepaliveProcedure, PacketStatus, PacketType, PROGRAM_VERSION, Program } from '../../lib/libvirt/constants.ts'
import { decodeEvent } from '../../lib/libvirt/decode-event.ts'
import { decodeErrorPayload, remoteError } from '../../lib/libvirt/error-payload.ts'
import type { DomainEvent } from '../../lib/libvirt/events.ts'
import { eventIdOf } from '../../lib/libvirt/events.ts'
import type { Message } from '../../lib/libvirt/frame-splitter.ts'
import { bodyOf, FrameSplitter } from '../../lib/libvirt/frame-splitter.ts'
import type { Header } from '../../lib/libvirt/header.ts'
import { encodeKeepalive } from '../../lib/libvirt/header.ts'
import { HEADER_BYTES } from '../../lib/libvirt/limits.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { FirstWords } from './first-words.ts'
import { Keepalive } from './keepalive.ts'
import { MessageLimit } from './message-limit.ts'
import type { RawReply } from './pending-calls.ts'
import { PendingCalls } from './pending-calls.ts'
import type { ReplyBuffers } from './reply-buffers.ts'
import { lostError, silentError, unexpectedMessage } from './rpc-errors.ts'
import type { Transport } from './transport/transport.ts'

export interface RpcClientOptions {
  readonly clock: Clock
  readonly log: Log
  readonly maxMessageBytes?: number
  /** Where large messages get their memory. */
  readonly buffers: ReplyBuffers
  readonly onEvent: (event: DomainEvent) => void
  readonly onBusy: (busy: boolean) => void
}

/** Time for the rest of a line from somebody who does not speak libvirt's protocol, before the connection ends. */
const REST_OF_LINE_MS = 300

/**
 * Calls over one connection: replies in any order, deadlines, events, keepalive.
 *
 * @remarks Messages are routed by type and only then by serial. A message that has no place on this connection, and any
 * framing error, ends the connection; a body that cannot be decoded fails its call alone.
 */
export class RpcClient {
  /** Settles when the connection is gone: null after {@link close}, else why. Never rejects. */
  readonly closed: Promise<DomscopeError | null>
  readonly #transport: Transport
  readonly #options: RpcClientOptions
  readonly #splitter: FrameSplitter
  readonly #keepalive: Keepalive
  readonly #calls: PendingCalls
  readonly #limit = new MessageLimit()
  readonly #registered = new Set<number>()
  #settleClosed: (error: DomscopeError | null) => void = () => {}
  #open = true
  #firstWords: FirstWords | null = new FirstWords()
  #stranger: DomscopeError | null = null
  #cancelWait: () => void = () => {}
  /** Events whose body could not be decoded. */
  undecodable = 0

  constructor(transport: Transport, options: RpcClientOptions) {
    this.#transport = transport
    const { clock } = options
    this.#options = options
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve
    })
    this.#calls = new PendingCalls(clock, (bytes) => transport.write(bytes))
    this.#splitter = new FrameSplitter({
      onMessage: (message) => this.#receive(message),
      admit: (header) => this.#admit(header),
      // Every byte is written before the message is delivered, so the buffer need not be cleared first.
      allocate: (bytes) => options.buffers.take(bytes),
      ...(options.maxMessageBytes === undefined ? {} : { maxMessageBytes: options.maxMessageBytes }),
    })
    this.#keepalive = new Keepalive(clock, {
      ping: () => transport.write(encodeKeepalive(KeepaliveProcedure.Ping)),
      callOutstanding: () => this.#calls.outstanding > 0,
      busy: (busy) => options.onBusy(busy),
      gone: (silentMs) => this.#fail(silentError(transport.endpoint, silentMs)),
    })
    transport.start({
      data: (chunk) => {
        this.#firstWords?.push(chunk)
        this.#take(() => this.#splitter.push(chunk, clock.now()))
      },
      room: () => this.#splitter.room(),
      filled: (bytes) => this.#take(() => this.#splitter.filled(bytes, clock.now())),
      closed: (error) => this.#ended(error),
    })
  }

  /** Calls whose deadline passed and that the daemon has not answered. */
  get orphans(): number {
    return this.#calls.orphans
  }

  /** Messages that belong to no registered event. */
  get ignoredMessages(): number {
    return this.#limit.ignored
  }

  /** What came so far, as long as no whole message of the protocol did; else null. */
  get firstWords(): FirstWords | null {
    return this.#firstWords
  }

  /** Says that events of this id were asked for. */
  expectEvent(eventId: number): void {
    this.#registered.add(eventId)
  }

  /** Sends a call and decodes its reply. Rejects with `RPC_TIMEOUT`, `RPC_REMOTE`, `CONNECTION_LOST` or a decode error. */
  async call<Result>(call: Call<Result>, deadlineMs: number): Promise<Result> {
    const { message } = await this.callRaw(call, deadlineMs)
    return decodeReply(call, bodyOf(message))
  }

  /** As {@link call}, but hands over the bytes; `onLate` gets a reply that comes after its deadline. */
  callRaw(call: Call<unknown>, deadlineMs: number, onLate?: (reply: RawReply) => void): Promise<RawReply> {
    return this.#calls.add(call.procedure, (serial) => encodeCall(call, serial), deadlineMs, onLate)
  }

  /** Ends the connection without a word to the daemon. */
  close(): void {
    this.#end(null, lostError(this.#transport.endpoint, null, 0))
  }

  #take(split: () => void): void {
    this.#keepalive.heard()
    if (this.#stranger !== null) {
      this.#hearStranger(this.#stranger)
      return
    }
    try {
      split()
    } catch (error) {
      const known = findDomscopeError(error)
      if (known === null) throw error
      if (this.#open) this.#refuse(known)
    }
  }

  #ended(error: DomscopeError | null): void {
    const why = this.#stranger ?? error ?? lostError(this.#transport.endpoint, null, this.#splitter.pendingBytes)
    if (this.#open) this.#fail(why)
  }

  /** What came is not our protocol. When nothing of it did before, it may be a line that somebody has to read: wait for its end. */
  #refuse(why: DomscopeError): void {
    this.#stranger = why
    if (this.#firstWords !== null) this.#cancelWait = this.#options.clock.after(REST_OF_LINE_MS, () => this.#fail(why))
    this.#hearStranger(why)
  }

  #hearStranger(why: DomscopeError): void {
    if (this.#firstWords === null || this.#firstWords.complete) this.#fail(why)
  }

  #fail(why: DomscopeError): void {
    const calls = why.code === 'CONNECTION_LOST' ? why : lostError(this.#transport.endpoint, why, 0)
    this.#end(why, calls)
  }

  #end(why: DomscopeError | null, forCalls: DomscopeError): void {
    if (!this.#open) return
    this.#open = false
    this.#keepalive.stop()
    this.#cancelWait()
    this.#transport.destroy()
    this.#calls.rejectAll(forCalls)
    this.#settleClosed(why)
  }

  /** What may come, decided by the header alone. */
  #admit(header: Header): void {
    const { program, version, procedure, type, serial } = header
    if (version !== PROGRAM_VERSION)
      throw unexpectedMessage(`version ${version} of program ${program}`, { program, version })
    switch (type) {
      case PacketType.Reply:
        if (program === Program.Remote && this.#calls.expects(serial, procedure)) return
        throw unexpectedMessage(`a reply that nobody waits for (serial ${serial})`, { program, procedure, serial })
      case PacketType.Message:
        if (program === Program.Remote || program === Program.Qemu) return
        if (program === Program.Keepalive && header.length === HEADER_BYTES) return
        throw unexpectedMessage(`a message of program ${program}`, { program, procedure })
      case PacketType.ReplyWithFds:
        throw unexpectedMessage('file descriptors, which Domscope never asks for', { procedure })
      default:
        throw unexpectedMessage(`a message of type ${type}`, { type, procedure })
    }
  }

  #receive(message: Message): void {
    // A handler of an earlier message in the same chunk may have closed the connection.
    if (!this.#open) return
    this.#firstWords = null
    if (message.header.type === PacketType.Reply) this.#reply(message)
    else this.#message(message)
  }

  #reply(message: Message): void {
    const { serial, procedure, status } = message.header
    if (status === PacketStatus.Ok) {
      this.#calls.resolve(serial, message)
      return
    }
    try {
      this.#calls.reject(serial, remoteError(decodeErrorPayload(bodyOf(message)), procedure))
    } catch (error) {
      this.#calls.reject(serial, inProcedure(error, procedure))
    }
  }

  #message(message: Message): void {
    const { program, procedure } = message.header
    if (program === Program.Keepalive) {
      if (procedure === KeepaliveProcedure.Ping) this.#transport.write(encodeKeepalive(KeepaliveProcedure.Pong))
      return
    }
    const eventId = program === Program.Remote ? eventIdOf(procedure) : null
    const registered = eventId !== null && this.#registered.has(eventId)
    this.#limit.count(message.endAt, registered)
    if (registered) this.#event(message)
  }

  #event(message: Message): void {
    const { procedure } = message.header
    let event: DomainEvent | null
    try {
      event = decodeEvent(procedure, bodyOf(message))
    } catch (error) {
      this.undecodable++
      this.#options.log.warn('libvirt.event-undecodable', { procedure, endpoint: this.#transport.endpoint, error })
      return
    }
    if (event !== null) this.#options.onEvent(event)
  }
}
