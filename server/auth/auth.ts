import type { AuthMode, AuthSettings } from '../config/auth-settings.ts'
import { FULL_ACCESS } from './access.ts'
import { readOrMakeToken, TokenDesk } from './admin-token.ts'
import { type Authenticator, everybody, sessionAuthenticator } from './authenticator.ts'
import type { LoginDesk } from './login-desk.ts'
import type { SessionStore } from './session-store.ts'

/** How people come in here. */
export interface Auth {
  readonly mode: AuthMode
  /** Open to everybody who reaches it, because the operator insisted. */
  readonly insecure: boolean
  readonly authenticator: Authenticator
  /** Null where nothing is sent to log in. */
  readonly desk: LoginDesk | null
  /** What to tell the operator at the start, given the address of the pages; null for nothing. */
  readonly hint: (origin: string) => string | null
  close(): void
}

/**
 * Makes what the settings ask for.
 *
 * @param random - Gives so many unpredictable bytes.
 * @throws DomscopeError `BAD_CONFIG` when a file that the mode needs cannot be used.
 */
export function openAuth(settings: AuthSettings, sessions: SessionStore, random: (bytes: number) => Uint8Array): Auth {
  switch (settings.mode) {
    case 'loopback':
      return openToAll(settings.insecure)
    case 'token':
      return byToken(settings.tokenFile, sessions, random)
  }
}

/** No login: everybody who reaches the server may do everything. */
export function openToAll(insecure = false): Auth {
  return {
    mode: 'loopback',
    insecure,
    authenticator: everybody(FULL_ACCESS),
    desk: null,
    hint: () => null,
    close: () => {},
  }
}

function byToken(path: string, sessions: SessionStore, random: (bytes: number) => Uint8Array): Auth {
  const { token, fresh } = readOrMakeToken(path, random)
  const desk = new TokenDesk(token)
  return {
    mode: 'token',
    insecure: false,
    authenticator: sessionAuthenticator(sessions, (given) => desk.bearer(given)),
    desk,
    // Only once: whoever reads the log of a later start learns where it is, not what it is.
    hint: (origin) => (fresh ? `first login: ${origin}/login#t=${token}` : `login with the token in ${path}`),
    close: () => {},
  }
}
