import type { Access } from '../../auth/access.ts'
import type { SessionFacts } from '../../auth/session-store.ts'
import { scopeWords } from '../../scope/scope-words.ts'
import { problem } from '../problem.ts'
import { type AnyRoute, type Route, type RouteAnswer, type RouteContext, refused, type WriteRequest } from '../route.ts'

/** `/api/v1/sessions`: who is logged in, newest first; those who are no admin see their own sessions. */
export const sessionsRoute: Route = {
  pattern: ['api', 'v1', 'sessions'],
  parameters: [],
  answer: ({ sessions, access }) => ({
    kind: 'json',
    value: {
      sessions: sessions
        .list()
        .filter((one) => mayTouch(access, one))
        .map((one) => ({ ...one, sees: scopeWords(one.scope), own: one.session === access.session })),
    },
  }),
}

/** `/api/v1/sessions/ID`: DELETE ends a session; its streams close at once. */
export const oneSessionRoute: AnyRoute = {
  pattern: ['api', 'v1', 'sessions', '*'],
  parameters: [],
  writes: { DELETE: endSession },
}

function endSession({ sessions, access, log }: RouteContext, request: WriteRequest): RouteAnswer {
  const found = sessions.get(request.segments[0]!)
  // To others it does not exist.
  if (found === null || !mayTouch(access, found)) {
    return refused(problem(404, 'NO_SUCH_SESSION', 'There is no such session.'))
  }
  sessions.end(found.session, 'revoked')
  const by = access.user
  log.info('audit.session_revoked', { user: found.user, session: found.session, by, address: request.address })
  return { kind: 'json', value: { ended: found.session } }
}

function mayTouch(access: Access, { user, kind, session }: SessionFacts): boolean {
  if (access.role === 'admin' || session === access.session) return true
  // The name of a wall link may be that of an account; a wall never touches another session.
  return kind === 'login' && access.session !== null && user === access.user
}
