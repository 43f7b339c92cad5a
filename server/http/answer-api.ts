import type { IncomingMessage } from 'node:http'
import type { Access } from '../auth/access.ts'
import { hasOrigin } from '../auth/authenticator.ts'
import type { FleetViews } from '../scope/fleet-view.ts'
import { type HttpProblem, problem } from './problem.ts'
import { hasBody, readBody } from './read-body.ts'
import { headerValues, type Visitor } from './request-policy.ts'
import {
  type AnyRoute,
  NOBODY,
  type RouteAnswer,
  type RouteContext,
  refused,
  type Write,
  type WriteMethod,
  type WriteRequest,
} from './route.ts'
import { answerRead, type Found } from './router.ts'

/** What routes read, before it is known who asks. */
export interface Served extends Omit<RouteContext, 'access'> {
  /** Parts of the fleet. */
  readonly views: FleetViews
}

/**
 * Answers a request to the API: who asks comes first, then whether that can be done here at all.
 *
 * @param found - What `findRoute` found; a problem is told only to those who may ask.
 */
export async function answerApi(
  request: IncomingMessage,
  found: Found | HttpProblem,
  served: Served,
  visitor: Visitor,
): Promise<RouteAnswer> {
  const route = 'route' in found ? found.route : null
  const reads = request.method === 'GET' || request.method === 'HEAD'
  const head = { rawHeaders: request.rawHeaders, peer: peerOf(request) }
  const verdict = served.auth.authenticator.authenticate(head, reads ? 'read' : 'write')
  if (!verdict.ok && route?.open !== true) return refused(verdict.problem)
  const context = seenBy(verdict.ok ? verdict.access : NOBODY, served)
  const wrong = methodProblem(request, route) ?? (reads ? bodyProblem(request) : null)
  if (wrong !== null) return refused(wrong)
  if (!('route' in found)) return refused(found)
  const who = {
    address: visitor.address,
    agent: request.headers['user-agent'] ?? '',
    secure: isSecure(request, visitor),
  }
  const { visit } = found.route
  if (visit !== undefined && reads)
    return visit(context, { ...who, rawHeaders: request.rawHeaders, search: found.search })
  if (reads) return answerRead(found, context)
  return answerWrite(request, found, context, who, found.route.writes![request.method as WriteMethod]!)
}

/**
 * What is there for somebody: everything of the fleet goes through their view.
 *
 * @remarks Open routes tell strangers nothing of the fleet, so no view is made for them.
 */
function seenBy(access: Access, served: Served): RouteContext {
  if (access === NOBODY) return { ...served, access }
  const { fleet, events, history, labels } = served.views.view(access.scope)
  return { ...served, fleet, events, history, labels, access }
}

async function answerWrite(
  request: IncomingMessage,
  { segments }: Found,
  context: RouteContext,
  who: Pick<WriteRequest, 'address' | 'agent' | 'secure'>,
  write: Write,
): Promise<RouteAnswer> {
  const forged = forgeryProblem(request)
  if (forged !== null) return refused(forged)
  const body = await readBody(request)
  if (!body.ok) return refused(body.problem)
  return write(context, {
    body: body.value,
    segments,
    ...who,
  })
}

/** Whether the browser came over https: where nobody else says so, its own `Origin` does. */
function isSecure({ headers }: IncomingMessage, { scheme }: Visitor): boolean {
  return scheme === null ? /^https:/i.test(headers.origin ?? '') : scheme === 'https'
}

/** Address of the other end of the connection, which may be a proxy. */
export function peerOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? ''
}

/** What a page of another site cannot send: our own origin, and a field that needs leave from us. */
function forgeryProblem(request: IncomingMessage): HttpProblem | null {
  const { rawHeaders } = request
  const [csrf, ...more] = headerValues(rawHeaders, 'x-csrf')
  if (csrf !== '1' || more.length > 0) return problem(403, 'CSRF_REQUIRED', 'A change needs the header X-CSRF: 1.')
  if (hasOrigin({ rawHeaders, peer: '' }) || headerValues(rawHeaders, 'authorization').length > 0) return null
  return problem(403, 'ORIGIN_REQUIRED', 'A change needs an Origin.')
}

/** Null when the method is one of the route's; without a route only reading is. */
export function methodProblem({ method = '' }: IncomingMessage, route: AnyRoute | null): HttpProblem | null {
  const reads =
    route === null || route.answer !== undefined ? ['GET', 'HEAD'] : route.visit !== undefined ? ['GET'] : []
  const allowed = [...reads, ...Object.keys(route?.writes ?? {})]
  if (allowed.includes(method)) return null
  const why = route?.writes === undefined ? 'Only GET and HEAD: Domscope is read-only.' : `Only ${allowed.join(', ')}.`
  return problem(405, 'METHOD_NOT_ALLOWED', why, {}, { Allow: allowed.join(', ') })
}

export function bodyProblem(request: IncomingMessage): HttpProblem | null {
  return hasBody(request) ? problem(413, 'BODY_REFUSED', 'Requests here have no body.') : null
}
