import type { Access } from '../../auth/access.ts'
import { forgetCookie, sessionCookie } from '../../auth/session-cookie.ts'
import { scopeWords } from '../../scope/scope-words.ts'
import { problem } from '../problem.ts'
import { NOBODY, type Route, type RouteAnswer, type RouteContext, refused, type WriteRequest } from '../route.ts'

/**
 * `/api/v1/session`: who is logged in and how one does that; POST logs in, DELETE logs out.
 *
 * @remarks Open, because a page that is not logged in must find out how to. It tells nothing about hosts.
 */
export const sessionRoute: Route = {
  pattern: ['api', 'v1', 'session'],
  parameters: [],
  open: true,
  answer: (context) => ({ kind: 'json', value: sessionFacts(context) }),
  writes: { POST: logIn, DELETE: logOut },
}

function sessionFacts({ auth, sessions, access }: RouteContext) {
  return {
    mode: auth.mode,
    /** What the form of the login page asks for; null where there is none. */
    form: auth.desk?.kind ?? null,
    insecure: auth.insecure,
    /** False while the provider that people log in at cannot be asked. */
    loginReady: auth.oidc?.isReady ?? true,
    loggedIn: access !== NOBODY,
    ...(access === NOBODY ? {} : whoIs(access)),
    expiresAt: access.session === null ? null : (sessions.get(access.session)?.expiresAt ?? null),
  }
}

function whoIs({ user, role, scope, session }: Access) {
  return { user, role, scope, sees: scopeWords(scope), session }
}

async function logIn(context: RouteContext, request: WriteRequest): Promise<RouteAnswer> {
  const { auth, sessions, log, access } = context
  const { address, agent, secure } = request
  if (auth.desk === null) return refused(problem(404, 'NO_LOGIN_FORM', 'Nothing is sent here to log in.'))
  const result = await auth.desk.login(request.body, address)
  if (!result.ok) {
    // Not each of those that were not even looked at: they come by the thousand, and `http.refused` counts them.
    if (result.problem.status < 429)
      log.warn('audit.login_refused', { user: result.user, address, code: result.problem.code })
    return refused(result.problem)
  }
  // Who logs in anew leaves the session that was: nothing of it could be ended by its holder afterwards.
  if (access.session !== null) sessions.end(access.session, 'logout')
  const { secret, session, lifeMs } = sessions.open({ ...result.grant, kind: 'login', address, agent })
  const { user, role, session: id } = session
  log.info('audit.login', { user, role, session: id, address })
  const headers = { 'Set-Cookie': sessionCookie(secret, secure, lifeMs / 1000) }
  return { kind: 'json', value: { loggedIn: true, ...whoIs(session) }, headers }
}

function logOut({ sessions, access, log }: RouteContext, { address, secure }: WriteRequest): RouteAnswer {
  if (access.session !== null) {
    sessions.end(access.session, 'logout')
    log.info('audit.logout', { user: access.user, session: access.session, address })
  }
  return { kind: 'json', value: { loggedIn: false }, headers: { 'Set-Cookie': forgetCookie(secure) } }
}
