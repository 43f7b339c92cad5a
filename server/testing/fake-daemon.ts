import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ByteBuilder } from '../../lib/xdr/testing/byte-builder.ts'
import {
  errorBody,
  headerOf,
  KEEPALIVE,
  listBody,
  message,
  readStatsArgs,
  splitMessages,
  statsBody,
  type TestDomain,
} from './daemon-messages.ts'

/** What to do with a call: answer a body, answer an error, or leave it. */
export type Answer = { readonly body: ArrayLike<number> } | { readonly error: Uint8Array } | 'nothing'
export type Handler = (call: Uint8Array) => Answer

const word = (value: number): Answer => ({ body: new ByteBuilder().i32(value).build() })
const text = (value: string): Answer => ({ body: new ByteBuilder().opaque(Buffer.from(value)).build() })
const long = (value: number): Answer => ({ body: new ByteBuilder().u64(BigInt(value)).build() })
const empty: Answer = { body: [] }

export const unknownProcedure = (procedure: number): Answer => ({
  error: errorBody(39, 7, `unknown procedure: ${procedure}`),
})

/** A daemon on a real unix socket that says what a test wants it to say. */
export class FakeDaemon {
  readonly folder = mkdtempSync(join(tmpdir(), 'domscope-fake-'))
  readonly socket = join(this.folder, 'libvirt-sock-ro')
  /** Answers by procedure; tests replace what they are about. */
  readonly handlers = new Map<number, Handler>()
  /** Procedures in the order they came in. */
  readonly seen: number[] = []
  readonly bulkCalls: { names: string[]; groups: number; flags: number }[] = []
  domains: TestDomain[] = []
  #server: Server | null = null
  readonly #sockets = new Set<Socket>()

  constructor() {
    const set = (procedure: number, handler: Handler) => this.handlers.set(procedure, handler)
    set(66, () => ({ body: new ByteBuilder().u32(1).u32(0).build() }))
    for (const procedure of [1, 2]) set(procedure, () => empty)
    set(60, () => word(1))
    set(110, () => text('qemu:///system'))
    set(59, () => text('fake-host'))
    set(3, () => text('QEMU'))
    set(157, () => long(9_000_000))
    set(4, () => long(7_002_000))
    set(6, () => ({
      body: new ByteBuilder()
        .raw(new Array(128).fill(0))
        .u64(1024n)
        .i32(2)
        .i32(2600)
        .i32(1)
        .i32(1)
        .i32(2)
        .i32(1)
        .build(),
    }))
    set(316, () => word(0))
    set(273, () => ({ body: listBody(this.domains) }))
    set(344, (call) => {
      const { names } = readStatsArgs(call)
      return {
        body: statsBody(names.length === 0 ? this.domains : this.domains.filter(({ name }) => names.includes(name))),
      }
    })
    for (const procedure of [227, 228]) set(procedure, () => ({ error: errorBody(3, 10, 'not supported') }))
  }

  /** URI that leads here. */
  get uri(): string {
    return `qemu+unix:///system?socket=${this.socket}`
  }

  get connections(): number {
    return this.#sockets.size
  }

  async start(): Promise<this> {
    const server = createServer((socket) => this.#serve(socket))
    this.#server = server
    await new Promise<void>((resolve) => server.listen(this.socket, resolve))
    return this
  }

  /** Ends all connections at once and stops listening, as a killed daemon does; the socket's file may stay behind. */
  async kill(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    const server = this.#server
    this.#server = null
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()))
  }

  async stop(): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Sends bytes to every client. */
  broadcast(bytes: Uint8Array): void {
    for (const socket of this.#sockets) socket.write(bytes)
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    let rest: Uint8Array = new Uint8Array(0)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('data', (chunk: Buffer) => {
      const split = splitMessages(Buffer.concat([rest, chunk]))
      rest = split.rest
      for (const call of split.messages) this.#answer(socket, call)
    })
  }

  #answer(socket: Socket, call: Uint8Array): void {
    const header = headerOf(call)
    if (header.program === KEEPALIVE) {
      if (header.procedure === 1) socket.write(message({ program: KEEPALIVE, procedure: 2, type: 2 }))
      return
    }
    this.seen.push(header.procedure)
    if (header.procedure === 344) this.bulkCalls.push(readStatsArgs(call))
    const answer = (this.handlers.get(header.procedure) ?? (() => unknownProcedure(header.procedure)))(call)
    if (answer === 'nothing') return
    const echo = { procedure: header.procedure, serial: header.serial, type: 1 }
    socket.write('body' in answer ? message(echo, answer.body) : message({ ...echo, status: 1 }, answer.error))
  }
}
