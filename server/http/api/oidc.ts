import { cookieNamed, loginCookie, sessionCookie } from '../../auth/session-cookie.ts'
import { problem } from '../problem.ts'
import { type AnyRoute, type RouteAnswer, type RouteContext, refused, type VisitRequest } from '../route.ts'

const COOKIE = 'domscope-oidc'
const COOKIE_BYTES = 24

/** `/api/v1/oidc/start`: sends the browser to the provider. */
export const oidcStartRoute: AnyRoute = {
  pattern: ['api', 'v1', 'oidc', 'start'],
  parameters: [],
  open: true,
  visit: start,
}

/** `/api/v1/oidc/callback`: where the provider sends it back to. */
export const oidcCallbackRoute: AnyRoute = {
  pattern: ['api', 'v1', 'oidc', 'callback'],
  parameters: [],
  open: true,
  visit: comeBack,
}

async function start({ auth, random }: RouteContext, { secure }: VisitRequest): Promise<RouteAnswer> {
  if (auth.oidc === null) return notHere()
  const id = Buffer.from(random(COOKIE_BYTES)).toString('base64url')
  const target = await auth.oidc.begin(id)
  if (target === null) {
    const message = 'The login service does not answer. Domscope asks it again every few seconds; try again soon.'
    return refused(problem(503, 'LOGIN_UNAVAILABLE', message, {}, { 'Retry-After': '10' }))
  }
  return redirect(target, loginCookie(COOKIE, id, secure))
}

async function comeBack(context: RouteContext, visit: VisitRequest): Promise<RouteAnswer> {
  const { auth, sessions, log, access } = context
  const { address, agent, secure, rawHeaders, search } = visit
  if (auth.oidc === null) return notHere()
  const outcome = await auth.oidc.finish(cookieNamed(rawHeaders, COOKIE), search)
  if (!outcome.ok) {
    log.warn('audit.login_refused', { user: outcome.user, address, ...outcome.refusal })
    return refused(problem(403, 'LOGIN_REFUSED', 'The login did not work. Begin anew, or ask who runs this server.'))
  }
  if (access.session !== null) sessions.end(access.session, 'logout')
  const { secret, session, lifeMs } = sessions.open({ ...outcome.grant, kind: 'login', address, agent })
  log.info('audit.login', { user: session.user, role: session.role, session: session.session, address })
  return redirect(auth.oidc.home, sessionCookie(secret, secure, lifeMs / 1000))
}

function redirect(target: string, cookie: string): RouteAnswer {
  return { kind: 'json', status: 303, value: {}, headers: { Location: target, 'Set-Cookie': cookie } }
}

function notHere(): RouteAnswer {
  return refused(problem(404, 'NO_OIDC', 'Nobody logs in this way here.'))
}
