/** Error codes that branches look at. */
export const ErrorCode = {
  Internal: 1,
  NoSupport: 3,
  NoConnect: 5,
  InvalidArg: 8,
  OperationDenied: 29,
  System: 38,
  Rpc: 39,
  NoDomain: 42,
  AuthFailed: 45,
  OperationInvalid: 55,
  OperationTimeout: 68,
  ArgumentUnsupported: 74,
  AuthCancelled: 79,
  OperationUnsupported: 84,
  AccessDenied: 88,
  AuthUnavailable: 94,
} as const
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode]

/** Subsystems that branches look at. */
export const ErrorDomain = { Rpc: 7, Remote: 13, Polkit: 60 } as const

/** libvirt's names, without prefix, of the codes a read-only client meets. @see libvirt `virterror.h` */
const NAMES: Readonly<Record<number, string>> = {
  0: 'OK',
  1: 'INTERNAL_ERROR',
  2: 'NO_MEMORY',
  3: 'NO_SUPPORT',
  5: 'NO_CONNECT',
  6: 'INVALID_CONN',
  7: 'INVALID_DOMAIN',
  8: 'INVALID_ARG',
  9: 'OPERATION_FAILED',
  27: 'XML_ERROR',
  29: 'OPERATION_DENIED',
  38: 'SYSTEM_ERROR',
  39: 'RPC',
  42: 'NO_DOMAIN',
  45: 'AUTH_FAILED',
  55: 'OPERATION_INVALID',
  67: 'CONFIG_UNSUPPORTED',
  68: 'OPERATION_TIMEOUT',
  74: 'ARGUMENT_UNSUPPORTED',
  78: 'OPERATION_ABORTED',
  79: 'AUTH_CANCELLED',
  80: 'NO_DOMAIN_METADATA',
  84: 'OPERATION_UNSUPPORTED',
  86: 'AGENT_UNRESPONSIVE',
  87: 'RESOURCE_BUSY',
  88: 'ACCESS_DENIED',
  94: 'AUTH_UNAVAILABLE',
  97: 'AGENT_UNSYNCED',
  110: 'MULTIPLE_DOMAINS',
  112: 'AGENT_COMMAND_TIMEOUT',
  113: 'AGENT_COMMAND_FAILED',
}

/** libvirt's name of an error code, or `ERROR_<code>` for one that is not in the table. */
export function errorName(code: number): string {
  return NAMES[code] ?? `ERROR_${code}`
}
