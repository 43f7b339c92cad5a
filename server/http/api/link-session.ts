import { sessionCookie } from '../../auth/session-cookie.ts'
import { problem } from '../problem.ts'
import { type AnyRoute, type RouteAnswer, type RouteContext, refused, type WriteRequest } from '../route.ts'

const SECRET = /^[A-Za-z0-9_-]{43}$/
const MAX_ID = 64

/**
 * `/api/v1/links/ID/session`: POST with the secret of a link opens a session for a screen, and tells what to show.
 *
 * @remarks Open, because the secret is all that a screen has. It comes in the body, so that no log and no history has it.
 */
export const linkSessionRoute: AnyRoute = {
  pattern: ['api', 'v1', 'links', '*', 'session'],
  parameters: [],
  open: true,
  writes: { POST: enter },
}

function enter(context: RouteContext, request: WriteRequest): RouteAnswer {
  const { wallLinks, access, sessions, log } = context
  const { body, segments, address, agent, secure } = request
  const id = segments[0]!
  if (wallLinks === null) return refused(problem(404, 'NO_LINKS', 'There is no login here, and there are no links.'))
  if (typeof body.secret !== 'string' || !SECRET.test(body.secret) || id.length > MAX_ID)
    return refused(problem(400, 'BAD_LINK', 'A link is entered with {"secret": "…"}, of 43 characters.'))
  const entrance = wallLinks.enter(id, body.secret, access, { address, agent })
  if (!entrance.ok) {
    const { code } = entrance.problem
    // A screen whose link is over asks again and again: that is no event.
    if (code === 'LINK_UNKNOWN') log.warn('audit.link_refused', { code, address })
    return refused(entrance.problem)
  }
  const { link, opened } = entrance
  const value = { view: link.view, name: link.name, expiresAt: link.expiresAt }
  if (opened === null) return { kind: 'json', value }
  const { session } = opened.session
  log.info('audit.link_entered', { link: id, name: link.name, session, address })
  // Who is logged in in this browser stays so: the screen then shows what that one may see.
  if (access.session !== null && sessions.get(access.session)?.kind === 'login') {
    sessions.end(session, 'logout')
    return { kind: 'json', value }
  }
  return { kind: 'json', value, headers: { 'Set-Cookie': sessionCookie(opened.secret, secure, opened.lifeMs / 1000) } }
}
