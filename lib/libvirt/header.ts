import { DomscopeError } from '../errors/domscope-error.ts'
import { XdrReader } from '../xdr/xdr-reader.ts'
import { XdrWriter } from '../xdr/xdr-writer.ts'
import { PacketStatus, PacketType, PROGRAM_VERSION, Program } from './constants.ts'
import { HEADER_BYTES, MAX_MESSAGE_BYTES } from './limits.ts'

/**
 * What stands before every body.
 *
 * | byte | field |
 * |---|---|
 * | 0 | length of the whole message, with this word |
 * | 4 | program |
 * | 8 | version |
 * | 12 | procedure |
 * | 16 | type |
 * | 20 | serial |
 * | 24 | status |
 * | 28 | body |
 */
export interface Header {
  /** Bytes of the whole message, with the length word. */
  readonly length: number
  readonly program: number
  readonly version: number
  readonly procedure: number
  readonly type: PacketType
  readonly serial: number
  readonly status: PacketStatus
}

/** Reads the 28 bytes at `start`. Checks nothing but that they are there: see {@link checkHeader}. */
export function decodeHeader(bytes: Uint8Array, start = 0): Header {
  const reader = new XdrReader(bytes, start, Math.min(bytes.length, start + HEADER_BYTES))
  return {
    length: reader.u32(),
    program: reader.u32(),
    version: reader.u32(),
    procedure: reader.i32(),
    type: reader.u32() as PacketType,
    serial: reader.u32(),
    status: reader.u32() as PacketStatus,
  }
}

/** Appends a header; the length word is `HEADER_BYTES + bodyBytes`. */
export function encodeHeader(writer: XdrWriter, header: Omit<Header, 'length'>, bodyBytes: number): void {
  writer.u32(HEADER_BYTES + bodyBytes)
  writer.u32(header.program).u32(header.version).i32(header.procedure)
  writer.u32(header.type).u32(header.serial).u32(header.status)
}

/** A whole message in bytes of its own. `body` must be XDR already. */
export function encodeMessage(header: Omit<Header, 'length'>, body: Uint8Array = new Uint8Array(0)): Uint8Array {
  const writer = new XdrWriter(HEADER_BYTES + body.length)
  encodeHeader(writer, header, body.length)
  return writer.raw(body).finish()
}

/** A keepalive message; PING and PONG have no body. */
export function encodeKeepalive(procedure: number): Uint8Array {
  return encodeMessage({
    program: Program.Keepalive,
    version: PROGRAM_VERSION,
    procedure,
    type: PacketType.Message,
    serial: 0,
    status: PacketStatus.Ok,
  })
}

/**
 * Checks what holds for any message, before its body is buffered.
 *
 * @throws DomscopeError of radius `connection`: `FRAME_LENGTH` when the length is outside 28 … `maxBytes` or no multiple
 * of four, `FRAME_HEADER` when type or status do not exist.
 */
export function checkHeader(header: Header, maxBytes: number = MAX_MESSAGE_BYTES): void {
  checkLength(header.length, maxBytes)
  if (header.type > PacketType.StreamHole) throw headerError('type', header.type)
  if (header.status > PacketStatus.Continue) throw headerError('status', header.status)
}

/** The first word alone, as soon as it is there. */
export function checkLength(length: number, maxBytes: number): void {
  if (length >= HEADER_BYTES && length <= maxBytes && length % 4 === 0) return
  throw new DomscopeError(
    'FRAME_LENGTH',
    `message of ${length} bytes, expected ${HEADER_BYTES} to ${maxBytes} in fours`,
    {
      radius: 'connection',
      detail: { length, max: maxBytes },
      remedy: 'Check that this is the socket of a libvirt daemon.',
    },
  )
}

function headerError(field: string, value: number): DomscopeError {
  return new DomscopeError('FRAME_HEADER', `message header has ${field} ${value}, which does not exist`, {
    radius: 'connection',
    detail: { field, value },
    remedy: 'Check that this is the socket of a libvirt daemon.',
  })
}
