import { domainRoute, statRoute } from './api/domain.ts'
import { domainsRoute } from './api/domains.ts'
import { eventsRoute } from './api/events.ts'
import { healthRoute, readyRoute } from './api/health.ts'
import { historyRoute } from './api/history.ts'
import { hostsRoute } from './api/hosts.ts'
import { linkSessionRoute } from './api/link-session.ts'
import { extendLinkRoute, linksRoute, oneLinkRoute } from './api/links.ts'
import { oidcCallbackRoute, oidcStartRoute } from './api/oidc.ts'
import { sessionRoute } from './api/session.ts'
import { oneSessionRoute, sessionsRoute } from './api/sessions.ts'
import { readParameters } from './parameters.ts'
import { type HttpProblem, problem } from './problem.ts'
import { type AnyRoute, type RouteAnswer, type RouteContext, refused } from './route.ts'

const ROUTES: readonly AnyRoute[] = [
  hostsRoute,
  domainsRoute,
  domainRoute,
  statRoute,
  historyRoute,
  eventsRoute,
  sessionRoute,
  sessionsRoute,
  oneSessionRoute,
  oidcStartRoute,
  oidcCallbackRoute,
  linksRoute,
  oneLinkRoute,
  extendLinkRoute,
  linkSessionRoute,
  healthRoute,
  readyRoute,
]

/** The one address that is not answered but upgraded. */
export const STREAM_PATH = '/api/v1/stream'

/** A route for a request. */
export interface Found {
  readonly route: AnyRoute
  readonly segments: readonly string[]
  /** Without the question mark. */
  readonly search: string
}

/** Finds what answers a request; a problem where nothing does; null when the path belongs to the pages. */
export function findRoute(url: string): Found | HttpProblem | null {
  const cut = url.indexOf('?')
  const path = cut < 0 ? url : url.slice(0, cut)
  const search = cut < 0 ? '' : url.slice(cut + 1)
  const segments = decodeSegments(path)
  if (segments === null) return problem(400, 'BAD_PATH', 'The path holds a broken percent escape.')
  for (const route of ROUTES) {
    const open = match(route.pattern, segments)
    if (open !== null) return { route, segments: open, search }
  }
  if (path === STREAM_PATH) {
    const message = 'This address speaks WebSocket only.'
    return problem(426, 'UPGRADE_REQUIRED', message, {}, { Upgrade: 'websocket', Connection: 'Upgrade, close' })
  }
  if (segments[0] !== 'api') return null
  const allowed = ROUTES.map((route) => `/${route.pattern.join('/')}`)
  return problem(404, 'NO_SUCH_ROUTE', 'There is nothing at this address.', { routes: allowed })
}

/** Reads a route that was found. */
export function answerRead({ route, segments, search }: Found, context: RouteContext): RouteAnswer {
  const parameters = readParameters(search, route.parameters)
  if (!parameters.ok) return refused(parameters.problem)
  return route.answer!(context, parameters.value, segments)
}

function decodeSegments(path: string): string[] | null {
  try {
    return path.slice(1).split('/').map(decodeURIComponent)
  } catch {
    return null
  }
}

/** The segments where the pattern is open, or null when the path is another. */
function match(pattern: readonly string[], segments: readonly string[]): string[] | null {
  if (pattern.length !== segments.length) return null
  const open: string[] = []
  for (const [i, expected] of pattern.entries()) {
    const segment = segments[i]!
    if (expected === '*' && segment !== '') open.push(segment)
    else if (expected !== segment) return null
  }
  return open
}
