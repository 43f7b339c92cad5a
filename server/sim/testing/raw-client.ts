import type { Socket } from 'node:net'
import { connect } from 'node:net'
import type { Message } from '../../../lib/libvirt/frame-splitter.ts'
import { bodyOf, FrameSplitter } from '../../../lib/libvirt/frame-splitter.ts'
import { XdrReader } from '../../../lib/xdr/xdr-reader.ts'

export const REMOTE = 0x20008086
const KEEPALIVE = 0x6b656570
const REPLY = 1
const HEADER_BYTES = 28

export interface Reply {
  readonly serial: number
  readonly status: number
  readonly body: Uint8Array
  readonly bytes: Uint8Array
}

/** Whatever builds the arguments of a call: the byte builder of the tests. */
export interface Built {
  build(): Uint8Array
}

const NOTHING: Built = { build: () => new Uint8Array(0) }

/** A client that says what it is told and keeps whatever comes back. */
export class RawClient {
  readonly messages: Message[] = []
  closed = false
  readonly #socket: Socket
  readonly #waiting = new Map<number, (reply: Reply) => void>()
  #serial = 0

  constructor(path: string) {
    const splitter = new FrameSplitter({ onMessage: (message) => this.#take(message) })
    this.#socket = connect(path)
    this.#socket.on('data', (chunk) => splitter.push(chunk, 0))
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => {
      this.closed = true
    })
  }

  /** A client with an open connection. */
  static async open(path: string, { readOnly = true } = {}): Promise<RawClient> {
    const client = new RawClient(path)
    await client.call(66)
    // An optional string of 14 bytes, padded to 16, and the flags.
    await client.call(1, {
      build: () => words(1, 14, 0x71656d75, 0x3a2f2f2f, 0x73797374, 0x656d0000, readOnly ? 1 : 0),
    })
    return client
  }

  send(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** Sends a call without waiting; gives its serial. */
  start(procedure: number, args: Built = NOTHING, program = REMOTE): number {
    const serial = ++this.#serial
    const body = args.build()
    this.send(words(HEADER_BYTES + body.length, program, 1, procedure, 0, serial, 0))
    this.send(body)
    return serial
  }

  reply(serial: number): Promise<Reply> {
    const come = this.messages.find(({ header }) => header.type === REPLY && header.serial === serial)
    if (come !== undefined) return Promise.resolve(replyOf(come))
    return new Promise((resolve) => this.#waiting.set(serial, resolve))
  }

  call(procedure: number, args: Built = NOTHING, program = REMOTE): Promise<Reply> {
    return this.reply(this.start(procedure, args, program))
  }

  /** Code and domain of the error that a call ends in; null for success. */
  async refusal(procedure: number, args: Built = NOTHING, program = REMOTE) {
    const { status, body } = await this.call(procedure, args, program)
    if (status === 0) return null
    const reader = new XdrReader(body)
    return { code: reader.i32(), domain: reader.i32(), message: reader.optionalString(1_000) }
  }

  ping(): void {
    this.send(words(HEADER_BYTES, KEEPALIVE, 1, 1, 2, 0, 0))
  }

  get pings(): number {
    return this.#keepalives(1)
  }

  get pongs(): number {
    return this.#keepalives(2)
  }

  /** Bodies of the lifecycle events that came. */
  get lifecycle(): Uint8Array[] {
    return this.messages.filter(({ header }) => header.type === 2 && header.procedure === 318).map(bodyOf)
  }

  end(): void {
    this.#socket.destroy()
  }

  #take(message: Message): void {
    this.messages.push(message)
    const { type, serial } = message.header
    if (type === REPLY) this.#waiting.get(serial)?.(replyOf(message))
  }

  #keepalives(procedure: number): number {
    return this.messages.filter(({ header }) => header.program === KEEPALIVE && header.procedure === procedure).length
  }
}

/** Arguments of the bulk call for all domains. */
export function bulkArgs(stats: number, flags = 2 ** 29): Built {
  return { build: () => words(0, stats, flags) }
}

function replyOf({ header, bytes }: Message): Reply {
  return { serial: header.serial, status: header.status, body: bytes.subarray(HEADER_BYTES), bytes }
}

function words(...values: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4))
  for (const [place, value] of values.entries()) view.setUint32(place * 4, value)
  return new Uint8Array(view.buffer)
}
