import { type HttpProblem, problem } from '../http/problem.ts'
import type { Role, Scope } from './access.ts'

/** Who came in, and what that one may do and see. */
export interface Grant {
  readonly user: string
  readonly role: Role
  readonly scope: Scope
}

export type LoginResult =
  | { readonly ok: true; readonly grant: Grant }
  /** `user` is for the log, and only where it is the name of a known account: people type passwords into that field. */
  | { readonly ok: false; readonly problem: HttpProblem; readonly user: string | null }

/** Decides over what is sent to `POST /api/v1/session`. */
export interface LoginDesk {
  /** What the form asks for. */
  readonly kind: 'token' | 'password'
  /** @param body - The JSON object that was sent, unchecked. */
  login(body: Readonly<Record<string, unknown>>, address: string): Promise<LoginResult>
}

/** The same answer whatever was wrong: nobody learns which accounts there are. */
export function loginRefused(message: string, user: string | null = null): LoginResult {
  return { ok: false, problem: problem(401, 'LOGIN_REFUSED', message), user }
}

/** A body that lacks what the form sends. */
export function badLogin(expected: string): LoginResult {
  return { ok: false, problem: problem(400, 'BAD_LOGIN', `A login is ${expected}.`), user: null }
}

/** Too many tries went before. */
export function loginLimited(waitMs: number, user: string | null = null): LoginResult {
  const seconds = Math.ceil(waitMs / 1000)
  const message = `Too many tries; the next one is due in ${seconds} s.`
  return {
    ok: false,
    problem: problem(429, 'LOGIN_LIMITED', message, { seconds }, { 'Retry-After': String(seconds) }),
    user,
  }
}
