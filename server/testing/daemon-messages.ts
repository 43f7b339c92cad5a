import { ByteBuilder } from '../../lib/xdr/testing/byte-builder.ts'

/** The header fields of a message, as a test's daemon sees or writes them. */
export interface WireHeader {
  readonly program: number
  readonly procedure: number
  readonly type: number
  readonly serial: number
  readonly status: number
}

export const REMOTE = 0x20008086
export const KEEPALIVE = 0x6b656570

/** A whole message from its parts. */
export function message(header: Partial<WireHeader>, body: ArrayLike<number> = []): Uint8Array {
  const { program = REMOTE, procedure = 0, type = 1, serial = 0, status = 0 } = header
  const builder = new ByteBuilder()
    .u32(28 + body.length)
    .u32(program)
    .u32(1)
    .i32(procedure)
  return builder.u32(type).u32(serial).u32(status).raw(body).build()
}

export function headerOf(bytes: Uint8Array): WireHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    program: view.getUint32(4),
    procedure: view.getInt32(12),
    type: view.getUint32(16),
    serial: view.getUint32(20),
    status: view.getUint32(24),
  }
}

/** Whole messages in what was received so far, and the rest. */
export function splitMessages(bytes: Uint8Array): { messages: Uint8Array[]; rest: Uint8Array } {
  const messages: Uint8Array[] = []
  let at = 0
  while (bytes.length - at >= 4) {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0)
    if (bytes.length - at < length) break
    messages.push(bytes.slice(at, at + length))
    at += length
  }
  return { messages, rest: bytes.slice(at) }
}

/** Body of an error reply: code, domain, message; the rest as daemons send it. */
export function errorBody(code: number, domain: number, text: string): Uint8Array {
  return new ByteBuilder()
    .i32(code)
    .i32(domain)
    .u32(1)
    .opaque(Buffer.from(text))
    .i32(2)
    .u32(0)
    .u32(0)
    .u32(0)
    .u32(0)
    .i32(-1)
    .i32(-1)
    .u32(0)
    .build()
}

export interface TestDomain {
  readonly name: string
  readonly uuid: Uint8Array
  readonly id: number
}

export function testDomain(number: number, id = number): TestDomain {
  const uuid = new Uint8Array(16).fill(7)
  new DataView(uuid.buffer).setUint32(12, number)
  return { name: `dom-${number}`, uuid, id }
}

/** Body of a list of domains. */
export function listBody(domains: readonly TestDomain[]): Uint8Array {
  const builder = new ByteBuilder().u32(domains.length)
  for (const { name, uuid, id } of domains) builder.opaque(Buffer.from(name)).raw(uuid).i32(id)
  return builder.u32(domains.length).build()
}

/** Body of a bulk reply with a state of running for each domain. */
export function statsBody(domains: readonly TestDomain[]): Uint8Array {
  const builder = new ByteBuilder().u32(domains.length)
  for (const { name, uuid, id } of domains) {
    builder.opaque(Buffer.from(name)).raw(uuid).i32(id).u32(1)
    builder.opaque(Buffer.from('state.state')).u32(1).i32(1)
  }
  return builder.build()
}

/** Names in the domain list of a bulk call, with its groups and flags. */
export function readStatsArgs(call: Uint8Array): { names: string[]; groups: number; flags: number } {
  const view = new DataView(call.buffer, call.byteOffset)
  const names: string[] = []
  let at = 32
  for (let left = view.getUint32(28); left > 0; left--) {
    const length = view.getUint32(at)
    names.push(Buffer.from(call.subarray(at + 4, at + 4 + length)).toString())
    at += 4 + ((length + 3) & ~3) + 16 + 4
  }
  return { names, groups: view.getUint32(at), flags: view.getUint32(at + 4) }
}
