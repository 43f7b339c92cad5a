import { type HttpProblem, problem } from '../http/problem.ts'
import { headerValues } from '../http/request-policy.ts'
import type { Access } from './access.ts'
import { cookieSecrets } from './session-cookie.ts'
import type { SessionStore } from './session-store.ts'

/** What a request wants: to read, to change something, or the stream. */
export type Purpose = 'read' | 'write' | 'stream'

/** The part of a request that tells who asks. Its Host and Origin have passed `checkRequest`. */
export interface AuthRequest {
  readonly rawHeaders: readonly string[]
  /** Address of the other end of the connection. */
  readonly peer: string
}

export type Verdict =
  | { readonly ok: true; readonly access: Access }
  | { readonly ok: false; readonly problem: HttpProblem }

/** Tells who asks, or why that one is not let in. */
export interface Authenticator {
  authenticate(request: AuthRequest, purpose: Purpose): Verdict
}

/** Whether there is an `Origin`, which then names this server: `checkRequest` refuses every other. */
export function hasOrigin({ rawHeaders }: AuthRequest): boolean {
  return headerValues(rawHeaders, 'origin').length === 1
}

export function allow(access: Access): Verdict {
  return { ok: true, access }
}

export function loginRequired(message = 'Log in first.'): Verdict {
  const headers = { 'WWW-Authenticate': 'Bearer realm="domscope"' }
  return { ok: false, problem: problem(401, 'LOGIN_REQUIRED', message, { login: '/login' }, headers) }
}

/**
 * A browser shows its cookie to whoever makes it ask, so what changes something or stays open must also say which page
 * asked (S-3).
 */
export function originRequired(): Verdict {
  return { ok: false, problem: problem(403, 'ORIGIN_REQUIRED', 'A request with a cookie needs an Origin here.') }
}

const BEARER = /^bearer +([A-Za-z0-9._~+/=-]{1,512})$/i

/** Everybody, as one who may do everything: on loopback, and where the operator insisted. */
export const everybody = (access: Access): Authenticator => ({ authenticate: () => allow(access) })

/**
 * Sessions by cookie, and a bearer token where there is one.
 *
 * @param bearer - Who holds this token; null refuses. A request with `Authorization` is judged by that alone.
 */
export function sessionAuthenticator(
  sessions: SessionStore,
  bearer: (token: string) => Access | null = () => null,
): Authenticator {
  return {
    authenticate(request, purpose) {
      const given = headerValues(request.rawHeaders, 'authorization')
      if (given.length > 0) {
        const token = given.length === 1 ? BEARER.exec(given[0]!)?.[1] : undefined
        const access = token === undefined ? null : bearer(token)
        return access === null ? loginRequired('This token is not known here.') : allow(access)
      }
      const access = byCookie(sessions, request)
      if (access === null) return loginRequired()
      return purpose === 'read' || hasOrigin(request) ? allow(access) : originRequired()
    },
  }
}

/** The first of the request's cookies that belongs to a session. */
export function byCookie(sessions: SessionStore, { rawHeaders }: AuthRequest): Access | null {
  for (const secret of cookieSecrets(rawHeaders)) {
    const access = sessions.find(secret)
    if (access !== null) return access
  }
  return null
}
