import { DomscopeError } from '../errors/domscope-error.ts'
import { XdrReader } from '../xdr/xdr-reader.ts'
import type { XdrWriter } from '../xdr/xdr-writer.ts'
import { procedureName } from './call.ts'
import { readDomainRef } from './domain-ref.ts'
import { errorName } from './error-codes.ts'
import { MAX_STRING_BYTES, UUID_BYTES } from './limits.ts'

/** Characters of libvirt's own text that go into our message. */
const SHOWN_TEXT = 500

/**
 * Body of a reply with status ERROR.
 *
 * | field | type |
 * |---|---|
 * | code, domain | int (domain is a subsystem of libvirt) |
 * | message | optional string |
 * | level | int |
 * | dom | optional domain |
 * | str1, str2, str3 | optional strings |
 * | int1, int2 | int |
 * | net | optional name and UUID |
 */
export interface ErrorPayload {
  readonly code: number
  readonly domain: number
  readonly message: string | null
  readonly level: number
  readonly str1: string | null
  readonly str2: string | null
  readonly str3: string | null
  /** errno where code is SYSTEM_ERROR. */
  readonly int1: number
  readonly int2: number
}

/** Decodes an error to its last byte; the domain and network it may carry are read over. */
export function decodeErrorPayload(body: Uint8Array): ErrorPayload {
  const reader = new XdrReader(body)
  const code = reader.i32()
  const domain = reader.i32()
  const message = reader.optionalString(MAX_STRING_BYTES)
  const level = reader.i32()
  if (reader.optional()) readDomainRef(reader)
  const str1 = reader.optionalString(MAX_STRING_BYTES)
  const str2 = reader.optionalString(MAX_STRING_BYTES)
  const str3 = reader.optionalString(MAX_STRING_BYTES)
  const int1 = reader.i32()
  const int2 = reader.i32()
  if (reader.optional()) {
    reader.string(MAX_STRING_BYTES)
    reader.opaque(UUID_BYTES)
  }
  reader.finish()
  return { code, domain, message, level, str1, str2, str3, int1, int2 }
}

/** Mirror of {@link decodeErrorPayload}, for daemons we simulate. */
export function encodeErrorPayload(writer: XdrWriter, error: ErrorPayload): void {
  writer.i32(error.code).i32(error.domain).optionalString(error.message).i32(error.level).bool(false)
  writer.optionalString(error.str1).optionalString(error.str2).optionalString(error.str3)
  writer.i32(error.int1).i32(error.int2).bool(false)
}

/** What a call rejects with when the daemon answers ERROR: `RPC_REMOTE`, with libvirt's code and domain in the detail. */
export function remoteError(payload: ErrorPayload, procedure: number): DomscopeError {
  const name = errorName(payload.code)
  const text = (payload.message ?? 'no message').slice(0, SHOWN_TEXT)
  return new DomscopeError('RPC_REMOTE', `libvirt refused ${procedureName(procedure)}: ${text} (${name})`, {
    radius: 'reply',
    detail: { code: payload.code, domain: payload.domain, name, procedure, int1: payload.int1 },
  })
}

/** libvirt's error code of an `RPC_REMOTE`, else null. */
export function remoteCode(error: unknown): number | null {
  if (!(error instanceof DomscopeError) || error.code !== 'RPC_REMOTE') return null
  const code = error.detail.code
  return typeof code === 'number' ? code : null
}
