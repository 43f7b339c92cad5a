import { DomscopeError, findDomscopeError } from '../../lib/errors/domscope-error.ts'
import { ErrorCode } from '../../lib/libvirt/error-codes.ts'
import { remoteCode } from '../../lib/libvirt/error-payload.ts'
import type { LibvirtUri } from '../../lib/libvirt/uri.ts'
import { nameForOpen, redactUri } from '../../lib/libvirt/uri-names.ts'
import type { FirstWords } from './first-words.ts'
import { sshOutputError } from './transport/ssh-errors.ts'

/** First libvirt whose bulk call does not wait for a hanging guest. */
export const OLDEST_VERSION = 4_005_000
/** The rule that lets a service account watch, for polkit's rules.d; nothing else is granted. */
const POLKIT_RULE =
  'polkit.addRule(function(action, subject) { if (action.id == "org.libvirt.unix.monitor" && subject.user == "USER") return polkit.Result.YES })'

/** Decoding and framing errors: what answers does not speak libvirt's protocol. */
const NOT_OUR_PROTOCOL = /^(FRAME_|XDR_)/
/** Ends that tell nothing more than that it ended, or went on for too long. */
const UNTOLD_END = /^(CONNECTION_LOST|SSH_FAILED|NO_ANSWER)$/

/**
 * Names the way in which opening failed, as far as it can be told; other errors pass unchanged.
 *
 * @param words - What came instead of the daemon's first message; null when that came.
 */
export function openingError(error: unknown, uri: LibvirtUri, endpoint: string, words: FirstWords | null): unknown {
  const known = findDomscopeError(error)
  if (known === null) return error
  const why = known.code === 'CONNECTION_LOST' ? (findDomscopeError(known.cause) ?? known) : known
  const said = words?.quotation() ?? null
  if (words !== null && said !== null && (NOT_OUR_PROTOCOL.test(why.code) || UNTOLD_END.test(why.code))) {
    return uri.transport === 'ssh' ? sshOutputError(uri, said, why) : stranger(endpoint, said, words.kind(), why)
  }
  if (NOT_OUR_PROTOCOL.test(why.code)) return notLibvirt(endpoint, why)
  if (remoteCode(why) === ErrorCode.NoConnect) return wrongDriver(uri, why)
  if (remoteCode(why) === ErrorCode.AccessDenied) return accessDenied(endpoint, why)
  return why
}

/** AUTH_LIST got no answer. */
export function noAnswer(endpoint: string, waitedMs: number, cause: unknown): DomscopeError {
  return failure(
    'NO_ANSWER',
    `what listens on ${endpoint} accepted the connection and said nothing for ${waitedMs / 1000} s`,
    {
      endpoint,
      remedy: 'Either it is no libvirt daemon, or the daemon hangs: look at its log.',
      cause,
    },
  )
}

function notLibvirt(endpoint: string, cause: DomscopeError): DomscopeError {
  return failure('NOT_LIBVIRT', `what answers on ${endpoint} is not a libvirt daemon: ${cause.message}`, {
    endpoint,
    remedy: 'Check the path or host in the URI.',
    cause,
  })
}

/** Somebody else answers, in their own words. */
function stranger(endpoint: string, said: string, kind: string | null, cause: DomscopeError): DomscopeError {
  const like = kind === null ? '' : `, as ${kind} does`
  return new DomscopeError(
    'NOT_LIBVIRT',
    `what answers on ${endpoint} is not a libvirt daemon: it said ${said}${like}`,
    {
      radius: 'connection',
      detail: { endpoint, said },
      remedy: 'Check the path or host in the URI.',
      cause,
    },
  )
}

function wrongDriver(uri: LibvirtUri, cause: DomscopeError): DomscopeError {
  const message = `the daemon has no driver for ${nameForOpen(uri)}`
  return failure('DRIVER_MISSING', message, {
    endpoint: redactUri(uri),
    remedy: `Check the driver "${uri.driver}" and the path in the URI; on modular hosts each driver has a daemon of its own.`,
    cause,
  })
}

function accessDenied(endpoint: string, cause: DomscopeError): DomscopeError {
  return failure('ACCESS_DENIED', `access control of the daemon behind ${endpoint} does not let this user watch`, {
    endpoint,
    remedy:
      'Allow it org.libvirt.api.connect.getattr, .read and .search-domains, and org.libvirt.api.domain.getattr and .read.',
    cause,
  })
}

export function saslUnsupported(endpoint: string): DomscopeError {
  return failure(
    'AUTH_UNSUPPORTED',
    `the daemon behind ${endpoint} wants SASL authentication, which is not supported yet`,
    {
      endpoint,
      remedy: 'Use the local read-only socket, or qemu+ssh://.',
    },
  )
}

/** polkit said no, or could not be asked. */
export function polkitError(endpoint: string, cause: unknown): unknown {
  const code = remoteCode(cause)
  if (code === null) return cause
  if (code === ErrorCode.AuthFailed || code === ErrorCode.AuthCancelled || code === ErrorCode.AccessDenied) {
    return failure('POLKIT_REFUSED', `polkit does not let this user watch the daemon behind ${endpoint}`, {
      endpoint,
      remedy: `Allow the action org.libvirt.unix.monitor, which only reads: ${POLKIT_RULE}`,
      cause,
    })
  }
  return failure(
    'POLKIT_MISSING',
    `the daemon behind ${endpoint} wants polkit to decide, and polkit could not be asked`,
    {
      endpoint,
      remedy: 'Start D-Bus and polkitd on that machine; without them only the user of the daemon gets through.',
      cause,
    },
  )
}

/** Daemons without NOWAIT block for half a minute on each guest that hangs. */
export function tooOld(version: number): DomscopeError {
  const message = `libvirt ${formatVersion(version)} is too old`
  return failure('LIBVIRT_TOO_OLD', `${message}: Domscope needs ${formatVersion(OLDEST_VERSION)}`, {
    endpoint: formatVersion(version),
    remedy: 'Update libvirt on that host.',
  })
}

/** Dotted form of libvirt's numbers: major · 1,000,000 + minor · 1,000 + release. */
export function formatVersion(version: number): string {
  return `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1000) % 1000}.${version % 1000}`
}

function failure(
  code: string,
  message: string,
  { endpoint, remedy, cause }: { endpoint: string; remedy: string; cause?: unknown },
): DomscopeError {
  return new DomscopeError(code, message, { radius: 'connection', detail: { endpoint }, remedy, cause })
}
