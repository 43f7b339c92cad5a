import { domainRoute, statRoute } from './api/domain.ts'
import { domainsRoute } from './api/domains.ts'
import { eventsRoute } from './api/events.ts'
import { healthRoute, readyRoute } from './api/health.ts'
import { historyRoute } from './api/history.ts'
import { hostsRoute } from './api/hosts.ts'
import { readParameters } from './parameters.ts'
import { problem } from './problem.ts'
import { type Route, type RouteAnswer, type RouteContext, refused } from './route.ts'

const ROUTES: readonly Route[] = [
  hostsRoute,
  domainsRoute,
  domainRoute,
  statRoute,
  historyRoute,
  eventsRoute,
  healthRoute,
  readyRoute,
]

/** The one address that is not answered but upgraded. */
export const STREAM_PATH = '/api/v1/stream'

/** Answers an API request; null when the path belongs to the pages. */
export function answerRoute(url: string, context: RouteContext): RouteAnswer | null {
  const cut = url.indexOf('?')
  const path = cut < 0 ? url : url.slice(0, cut)
  const search = cut < 0 ? '' : url.slice(cut + 1)
  const segments = decodeSegments(path)
  if (segments === null) return refused(problem(400, 'BAD_PATH', 'The path holds a broken percent escape.'))
  for (const route of ROUTES) {
    const open = match(route.pattern, segments)
    if (open === null) continue
    const parameters = readParameters(search, route.parameters)
    return parameters.ok ? route.answer(context, parameters.value, open) : refused(parameters.problem)
  }
  if (path === STREAM_PATH) {
    const message = 'This address speaks WebSocket only.'
    return refused(
      problem(426, 'UPGRADE_REQUIRED', message, {}, { Upgrade: 'websocket', Connection: 'Upgrade, close' }),
    )
  }
  if (segments[0] !== 'api') return null
  const allowed = ROUTES.map((route) => `/${route.pattern.join('/')}`)
  return refused(problem(404, 'NO_SUCH_ROUTE', 'There is nothing at this address.', { routes: allowed }))
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
