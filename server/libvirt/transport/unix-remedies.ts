import { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import type { LocalSocket } from '../local-sockets.ts'

/** Failures that may come of a path or URI that was not quite meant. */
const MISTAKABLE = new Set(['SOCKET_MISSING', 'NOT_A_SOCKET', 'DAEMON_NOT_RUNNING', 'SOCKET_FORBIDDEN'])

/** The failure of a socket, with the sockets that do exist and the URIs that lead to them. */
export function withNearby(error: DomscopeError, nearby: readonly LocalSocket[]): DomscopeError {
  const [first] = nearby
  if (first === undefined || !MISTAKABLE.has(error.code)) return error
  const { code, message, radius, detail, cause } = error
  const paths = nearby.map(({ path }) => path).join(', ')
  const are = nearby.length === 1 ? 'this socket is' : 'these sockets are'
  return new DomscopeError(code, `${message}; ${are} there: ${paths}`, {
    radius,
    detail: { ...detail, nearby: first.path, uri: first.uri },
    remedy: `${remedyOf(error)}${nearby.map(({ uri }) => uri).join(' or ')}`,
    cause,
  })
}

/** Where nothing is at the path there is nothing to start or install: the other socket is what was meant. */
function remedyOf({ code, remedy }: DomscopeError): string {
  return code === 'SOCKET_MISSING' || code === 'NOT_A_SOCKET' || remedy === null
    ? 'Connect with '
    : `${remedy} Or connect with `
}
