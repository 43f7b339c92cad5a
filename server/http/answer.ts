import { type IncomingMessage, ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { isEncrypted } from './edge/visitor.ts'
import { type HttpProblem, problemBody } from './problem.ts'
import type { RouteAnswer } from './route.ts'
import { BARE_POLICY, HSTS, SECURITY_HEADERS } from './security-headers.ts'

/**
 * A response that carries the security fields from birth.
 *
 * @remarks Given to Node as its response class, so that answers which Node writes by itself (too many requests on a
 * socket, an expectation it does not know) have them as well.
 */
export class GuardedResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  constructor(request: Request) {
    super(request)
    for (const [name, value] of SECURITY_HEADERS) this.setHeader(name, value)
    this.setHeader('Content-Security-Policy', BARE_POLICY)
    this.setHeader('Cache-Control', 'no-store')
    if (isEncrypted(request.socket)) this.setHeader(...HSTS)
  }
}

/** Answers a request with a problem. `head` leaves the body out, as for HEAD. */
export function sendProblem(response: ServerResponse, found: HttpProblem, head: boolean): void {
  const body = problemBody(found)
  response.statusCode = found.status
  for (const [name, value] of Object.entries(found.headers)) response.setHeader(name, value)
  response.setHeader('Content-Type', 'application/json; charset=utf-8')
  response.setHeader('Content-Length', Buffer.byteLength(body))
  response.end(head ? undefined : body)
}

/** Answers with JSON that is at hand as a whole. */
export function sendJson(
  response: ServerResponse,
  { value, status = 200, headers = {} }: Extract<RouteAnswer, { kind: 'json' }>,
  head: boolean,
): void {
  const body = `${JSON.stringify(value)}\n`
  response.statusCode = status
  for (const [name, text] of Object.entries(headers)) response.setHeader(name, text)
  response.setHeader('Content-Type', 'application/json; charset=utf-8')
  response.setHeader('Content-Length', Buffer.byteLength(body))
  response.end(head ? undefined : body)
}

/** How long a refused socket may take to read our answer before it is cut. */
const GOODBYE_MS = 1000

/**
 * Answers on a bare socket, where Node gives no response object: refused upgrades and requests it could not parse.
 * The socket is closed in any case.
 */
export function refuseSocket(socket: Duplex, found: HttpProblem): void {
  if (socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const body = problemBody(found)
  const lines = [
    `HTTP/1.1 ${found.status} ${STATUS_CODES[found.status] ?? 'Error'}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    `Content-Security-Policy: ${BARE_POLICY}`,
    ...SECURITY_HEADERS.map(([name, value]) => `${name}: ${value}`),
    ...(isEncrypted(socket) ? [HSTS.join(': ')] : []),
    ...Object.entries(found.headers).map(([name, value]) => `${name}: ${value}`),
  ]
  socket.on('error', () => socket.destroy())
  const cut = setTimeout(() => socket.destroy(), GOODBYE_MS)
  socket.once('close', () => clearTimeout(cut))
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
