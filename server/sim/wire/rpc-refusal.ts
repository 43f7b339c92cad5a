import { XdrWriter } from '../../../lib/xdr/xdr-writer.ts'

/** Error codes of libvirt that the simulated daemon answers with. */
export const ErrorCode = {
  Internal: 1,
  NoSupport: 3,
  NoConnect: 5,
  InvalidArg: 8,
  OperationDenied: 29,
  System: 38,
  Rpc: 39,
  NoDomain: 42,
  ArgumentUnsupported: 74,
  NoDomainMetadata: 80,
  OperationUnsupported: 84,
} as const
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode]

/** Which part of libvirt an error comes from. */
export const ErrorDomain = { None: 0, Rpc: 7, Qemu: 10, Domain: 20 } as const
export type ErrorDomain = (typeof ErrorDomain)[keyof typeof ErrorDomain]

const LEVEL_ERROR = 2
const NO_NUMBER = -1

/** What libvirt puts before the detail of an error, by code. */
const PREFIXES: Readonly<Record<number, string>> = {
  1: 'internal error: %s',
  3: 'this function is not supported by the connection driver: %s',
  5: 'no connection driver available for %s',
  8: 'invalid argument: %s',
  29: 'operation forbidden: %s',
  42: 'Domain not found: %s',
  74: 'argument unsupported: %s',
  80: 'metadata not found: %s',
  84: 'Operation not supported: %s',
}

/** An error that the daemon answers a call with. The connection goes on. */
export class RpcRefusal extends Error {
  override readonly name = 'RpcRefusal'
  readonly code: number
  readonly domain: number
  readonly detail: string

  constructor(code: number, domain: number, detail: string) {
    super((PREFIXES[code] ?? '%s').replace('%s', () => detail))
    this.code = code
    this.domain = domain
    this.detail = detail
  }
}

/**
 * The body of an error reply.
 *
 * | field | here |
 * |---|---|
 * | code, domain | int, int |
 * | message | optional string, present |
 * | level | int, 2 |
 * | dom | optional, absent |
 * | str1, str2, str3 | template, detail, absent |
 * | int1, int2 | -1; for system errors int1 is the errno |
 * | net | optional, absent |
 */
export function encodeRefusal(refusal: RpcRefusal): Uint8Array {
  const errno = refusal.code === ErrorCode.System ? 104 : NO_NUMBER
  return new XdrWriter()
    .i32(refusal.code)
    .i32(refusal.domain)
    .optionalString(refusal.message)
    .i32(LEVEL_ERROR)
    .u32(0)
    .optionalString(PREFIXES[refusal.code] ?? '%s')
    .optionalString(refusal.detail)
    .optionalString(null)
    .i32(errno)
    .i32(NO_NUMBER)
    .u32(0)
    .finish()
}
