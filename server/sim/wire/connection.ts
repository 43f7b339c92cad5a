import type { Socket } from 'node:net'
import { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import {
  KeepaliveProcedure,
  PacketStatus,
  PacketType,
  PROGRAM_VERSION,
  Procedure,
  Program,
} from '../../../lib/libvirt/constants.ts'
import { readDomainRef } from '../../../lib/libvirt/domain-ref.ts'
import type { Message } from '../../../lib/libvirt/frame-splitter.ts'
import { bodyOf, FrameSplitter } from '../../../lib/libvirt/frame-splitter.ts'
import type { Header } from '../../../lib/libvirt/header.ts'
import { encodeKeepalive, encodeMessage } from '../../../lib/libvirt/header.ts'
import { MAX_DOMAINS, MIN_DOMAIN_BYTES } from '../../../lib/libvirt/limits.ts'
import { XdrReader } from '../../../lib/xdr/xdr-reader.ts'
import { XdrWriter } from '../../../lib/xdr/xdr-writer.ts'
import type { Clock } from '../../clock.ts'
import type { SimCounters } from '../counters.ts'
import type { Faults } from '../faults.ts'
import type { SimEvent } from '../guest/sim-event.ts'
import { EVENT_PROCEDURES } from '../guest/sim-event.ts'
import type { SimHost } from '../guest/sim-host.ts'
import { uuidKey } from '../guest/sim-host.ts'
import type { BulkQuery, BulkStats } from '../procedures/bulk-stats.ts'
import { refuseAsLxc } from '../procedures/lxc-driver.ts'
import type { ProcedureServer, Session } from '../procedures/procedure.ts'
import { checkOpen, checkProgram, unserved } from '../procedures/procedures.ts'
import { startKeepalive } from './keepalive.ts'
import { Outbox } from './outbox.ts'
import type { ReplyWords } from './reply-words.ts'
import { ErrorCode, ErrorDomain, encodeRefusal, RpcRefusal } from './rpc-refusal.ts'

/** `max_client_requests` of libvirtd.conf: with so many calls in flight the daemon stops reading. */
const MAX_IN_FLIGHT = 5
/** libvirt writes 1 as the serial of every event, whatever its documents say. */
const EVENT_SERIAL = 1

/** What the connections of one daemon share. */
export interface Daemon {
  readonly host: SimHost
  readonly clock: Clock
  readonly faults: Faults
  readonly bulk: BulkStats
  readonly counters: SimCounters
  readonly procedures: ReadonlyMap<number, ProcedureServer>
  nextCallback(): number
}

/** One client of the simulated daemon. */
export class Connection {
  readonly #daemon: Daemon
  readonly #socket: Socket
  readonly #outbox: Outbox
  readonly #splitter = new FrameSplitter({ onMessage: (message) => void this.#waiting.push(message) })
  readonly #session: Session = { opened: false, readOnly: false, keepalive: false, callbacks: new Map() }
  readonly #waiting: Message[] = []
  #parked: (() => void)[] = []
  #inFlight = 0
  #lastHeardAt: number
  #stopKeepalive: (() => void) | null = null

  constructor(socket: Socket, daemon: Daemon) {
    this.#socket = socket
    this.#daemon = daemon
    this.#outbox = new Outbox(socket, daemon.clock, daemon.faults)
    this.#lastHeardAt = daemon.clock.now()
    socket.on('data', (chunk) => this.#receive(chunk))
    // A client that goes away is nothing to report: the close that follows cleans up.
    socket.on('error', () => {})
    socket.on('close', () => this.#stopKeepalive?.())
    this.modeChanged()
  }

  drop(): void {
    this.#socket.destroy()
  }

  /** Reads again, or no longer, after the daemon's mode was changed. */
  modeChanged(): void {
    if (this.#daemon.faults.mode === 'normal') for (const go of this.#parked.splice(0)) go()
    this.#work()
  }

  /** Sends an event to each registration that wants it. */
  notify(event: SimEvent): void {
    for (const [id, { eventId, uuid }] of this.#session.callbacks) {
      if (eventId !== event.eventId) continue
      if (uuid !== null && uuidKey(uuid) !== uuidKey(event.uuid)) continue
      const body = new XdrWriter().i32(id).raw(event.tail).finish()
      const procedure = EVENT_PROCEDURES.get(eventId) ?? 0
      this.#outbox.message(encodeMessage(headerOf(procedure, PacketType.Message, EVENT_SERIAL), body))
    }
  }

  #receive(chunk: Uint8Array): void {
    this.#lastHeardAt = this.#daemon.clock.now()
    try {
      this.#splitter.push(chunk, this.#lastHeardAt)
    } catch {
      // As libvirtd does it: no error packet, just the end.
      this.#socket.destroy()
    }
    this.#work()
  }

  /** Takes up waiting messages while there is room; stops reading while there is none. */
  #work(): void {
    const { faults } = this.#daemon
    while (this.#waiting.length > 0 && this.#inFlight < MAX_IN_FLIGHT && faults.mode !== 'dead') {
      const message = this.#waiting.shift()
      if (message !== undefined) this.#take(message)
    }
    if (faults.mode === 'dead' || this.#inFlight >= MAX_IN_FLIGHT) this.#socket.pause()
    else if (this.#socket.isPaused()) this.#socket.resume()
  }

  #take(message: Message): void {
    const { header } = message
    if (header.program === Program.Keepalive) {
      if (header.procedure === KeepaliveProcedure.Ping) this.#outbox.message(encodeKeepalive(KeepaliveProcedure.Pong))
      return
    }
    if (header.type !== PacketType.Call) return
    this.#inFlight++
    this.#daemon.counters.begin(header.procedure)
    void this.#serve(header, bodyOf(message)).then(() => {
      this.#inFlight--
      this.#daemon.counters.end(header.procedure)
      this.#work()
    })
  }

  /** Answers one call. Never rejects. */
  async #serve(header: Header, body: Uint8Array): Promise<void> {
    const { faults, clock } = this.#daemon
    if (faults.mode !== 'normal') await new Promise<void>((go) => this.#parked.push(go))
    // As a daemon that mislays a call: the client's place for it stays taken.
    if (faults.loses(header.procedure)) await new Promise<never>(() => {})
    const isBulk = header.procedure === Procedure.GetAllDomainStats
    if (faults.delayMs > 0 && !isBulk) await new Promise<void>((go) => void clock.after(faults.delayMs, go))
    try {
      checkProgram(header)
      checkOpen(header, this.#session, body)
      faults.checkFailure(header.procedure)
      if (this.#daemon.host.world.spec.options.driver === 'lxc') refuseAsLxc(header.procedure)
      if (isBulk) await this.#serveBulk(header, body)
      else this.#serveOther(header, body)
    } catch (error) {
      const refusal = refusalOf(error)
      const reply = headerOf(header.procedure, PacketType.Reply, header.serial, PacketStatus.Error)
      const { program, version } = header
      this.#outbox.reply(encodeMessage({ ...reply, program, version }, encodeRefusal(refusal)))
    }
  }

  #serveOther(header: Header, body: Uint8Array): void {
    const { host, procedures, nextCallback } = this.#daemon
    const serve = procedures.get(header.procedure)
    if (serve === undefined) throw unserved(header.procedure, this.#session)
    const writer = new XdrWriter()
    serve({ host, session: this.#session, args: new XdrReader(body), reply: writer, nextCallback })
    const reply = encodeMessage(headerOf(header.procedure, PacketType.Reply, header.serial), writer.finish())
    this.#outbox.reply(reply, () => {
      if (header.procedure === Procedure.ConnectClose) this.#socket.end()
    })
    if (this.#session.keepalive) this.#startKeepalive()
  }

  async #serveBulk(header: Header, body: Uint8Array): Promise<void> {
    const { bulk, faults } = this.#daemon
    const reply = await bulk.answer(readBulkQuery(new XdrReader(body)))
    writeBulkHeader(reply, header.serial)
    const bytes = reply.bytes.subarray(0, reply.byteLength)
    const sent = () => bulk.release(reply)
    if (faults.cutAfter === null) {
      this.#outbox.reply(bytes, sent)
      return
    }
    this.#outbox.cut(bytes, faults.cutAfter, sent)
    faults.cutAfter = null
  }

  #startKeepalive(): void {
    this.#stopKeepalive ??= startKeepalive(this.#daemon.clock, {
      lastHeardAt: () => this.#lastHeardAt,
      ping: () => this.#outbox.message(encodeKeepalive(KeepaliveProcedure.Ping)),
      dead: () => this.#socket.destroy(),
    })
  }
}

function readBulkQuery(args: XdrReader): BulkQuery {
  const count = args.count(MAX_DOMAINS, MIN_DOMAIN_BYTES)
  const uuids = Array.from({ length: count }, () => readDomainRef(args).uuid)
  return { uuids: count === 0 ? null : uuids, stats: args.u32(), flags: args.u32() }
}

function writeBulkHeader(reply: ReplyWords, serial: number): void {
  const words = [
    reply.byteLength,
    Program.Remote,
    PROGRAM_VERSION,
    Procedure.GetAllDomainStats,
    PacketType.Reply,
    serial,
  ]
  for (const [at, word] of [...words, PacketStatus.Ok].entries()) reply.setInt(at, word)
}

function headerOf(
  procedure: number,
  type: PacketType,
  serial: number,
  status: PacketStatus = PacketStatus.Ok,
): Omit<Header, 'length'> {
  return { program: Program.Remote, version: PROGRAM_VERSION, procedure, type, serial, status }
}

/** Arguments that do not decode are the client's fault; anything else is ours, and says so. */
function refusalOf(error: unknown): RpcRefusal {
  if (error instanceof RpcRefusal) return error
  if (error instanceof DomscopeError) {
    return new RpcRefusal(ErrorCode.Rpc, ErrorDomain.Rpc, 'Unable to decode message payload')
  }
  return new RpcRefusal(ErrorCode.Internal, ErrorDomain.None, `simulated daemon failed: ${String(error)}`)
}
