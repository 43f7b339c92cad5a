import { DomscopeError, findDomscopeError } from '../errors/domscope-error.ts'
import { XdrReader } from '../xdr/xdr-reader.ts'
import { XdrWriter } from '../xdr/xdr-writer.ts'
import type { AllowedProcedure } from './allow-list.ts'
import { assertAllowed } from './allow-list.ts'
import { PacketStatus, PacketType, PROGRAM_VERSION, Procedure, Program } from './constants.ts'
import { encodeHeader } from './header.ts'
import { HEADER_BYTES } from './limits.ts'

/** One procedure with its arguments and the meaning of its reply. Built by the files in `procedures/`. */
export interface Call<Result> {
  readonly procedure: AllowedProcedure
  encode(writer: XdrWriter): void
  /** Reads the body of an OK reply. Results are copies. */
  decode(reader: XdrReader): Result
}

/** For calls without arguments, and replies without a body. */
export function nothing(): void {}

/**
 * A whole CALL message.
 *
 * @throws DomscopeError `PROCEDURE_NOT_ALLOWED`: see `allow-list.ts`.
 */
export function encodeCall(call: Call<unknown>, serial: number): Uint8Array {
  assertAllowed(call.procedure)
  const body = new XdrWriter()
  call.encode(body)
  const message = new XdrWriter(HEADER_BYTES + body.length)
  encodeHeader(
    message,
    {
      program: Program.Remote,
      version: PROGRAM_VERSION,
      procedure: call.procedure,
      type: PacketType.Call,
      serial,
      status: PacketStatus.Ok,
    },
    body.length,
  )
  return message.raw(body.finish()).finish()
}

/**
 * Decodes the body of an OK reply to its last byte.
 *
 * @throws DomscopeError with an `XDR_…` code, naming the procedure, when the body is not what the procedure promises.
 */
export function decodeReply<Result>(call: Call<Result>, body: Uint8Array): Result {
  try {
    const reader = new XdrReader(body)
    const result = call.decode(reader)
    reader.finish()
    return result
  } catch (error) {
    throw inProcedure(error, call.procedure)
  }
}

/** Adds the procedure to a decode error. */
export function inProcedure(error: unknown, procedure: number): unknown {
  const known = findDomscopeError(error)
  if (known === null) return error
  const message = `reply of ${procedureName(procedure)}: ${known.message}`
  return new DomscopeError(known.code, message, {
    radius: known.radius,
    detail: { ...known.detail, procedure },
    cause: error,
  })
}

const names = new Map<number, string>(Object.entries(Procedure).map(([name, number]) => [number, name]))

/** Name of a procedure for messages; its number where we have no name. */
export function procedureName(procedure: number): string {
  return names.get(procedure) ?? `procedure ${procedure}`
}
