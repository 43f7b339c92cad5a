import { availableParallelism } from 'node:os'
import type { Clock } from '../clock.ts'
import { rightsOf } from '../config/access-rules.ts'
import type { AuthMode, AuthSettings } from '../config/auth-settings.ts'
import type { Log } from '../log.ts'
import { FULL_ACCESS } from './access.ts'
import { readOrMakeToken, TokenDesk } from './admin-token.ts'
import { type Authenticator, everybody, sessionAuthenticator } from './authenticator.ts'
import type { LoginDesk } from './login-desk.ts'
import { LoginLimiter } from './login-limiter.ts'
import { OidcLogin } from './oidc/oidc-login.ts'
import { loadArgon2 } from './password/argon2.ts'
import { PasswordDesk } from './password/password-desk.ts'
import { PasswordFile } from './password/password-file.ts'
import { proxyAuthenticator } from './proxy-authenticator.ts'
import type { SessionStore } from './session-store.ts'

/** How people come in here. */
export interface Auth {
  readonly mode: AuthMode
  /** Open to everybody who reaches it, because the operator insisted. */
  readonly insecure: boolean
  readonly authenticator: Authenticator
  /** Null where nothing is sent to log in. */
  readonly desk: LoginDesk | null
  /** Where people are sent to a provider to log in. */
  readonly oidc: OidcLogin | null
  /** What to tell the operator at the start, given the address of the pages; null for nothing. */
  readonly hint: (origin: string) => string | null
  close(): void
}

/** What the modes are made with. */
export interface AuthParts {
  readonly sessions: SessionStore
  readonly clock: Clock
  readonly log: Log
  /** Gives so many unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array
}

/**
 * Makes what the settings ask for.
 *
 * @throws DomscopeError `BAD_CONFIG` when a file that the mode needs cannot be used, `NO_ARGON2`.
 */
export function openAuth(settings: AuthSettings, parts: AuthParts): Auth {
  switch (settings.mode) {
    case 'loopback':
      return openToAll(settings.insecure)
    case 'token':
      return byToken(settings.tokenFile, parts)
    case 'htpasswd':
      return byPassword(settings, parts)
    case 'proxy':
      return byProxy(settings, parts)
    case 'oidc':
      return byProvider(settings, parts)
  }
}

const PLAIN = { insecure: false, desk: null, oidc: null, hint: () => null, close: () => {} } as const

/** No login: everybody who reaches the server may do everything. */
export function openToAll(insecure = false): Auth {
  return {
    mode: 'loopback',
    insecure,
    authenticator: everybody(FULL_ACCESS),
    desk: null,
    oidc: null,
    hint: () => null,
    close: () => {},
  }
}

function byToken(path: string, { sessions, clock, random }: AuthParts): Auth {
  const { token, fresh } = readOrMakeToken(path, random)
  const desk = new TokenDesk(token, new LoginLimiter(clock))
  return {
    ...PLAIN,
    mode: 'token',
    authenticator: sessionAuthenticator(sessions, (given) => desk.bearer(given)),
    desk,
    // Only once: whoever reads the log of a later start learns where it is, not what it is.
    hint: (origin) => (fresh ? `first login: ${origin}/login#t=${token}` : `login with the token in ${path}`),
  }
}

function byPassword({ passwordFile, access }: Settings<'htpasswd'>, { sessions, clock, log }: AuthParts): Auth {
  const argon2 = loadArgon2()
  const end = (users: ReadonlySet<string>) => {
    for (const { user, kind, session } of sessions.list()) {
      if (kind === 'login' && users.has(user)) sessions.end(session, 'revoked')
    }
  }
  const accounts = new PasswordFile(passwordFile, clock, log, end)
  const rights = (user: string) => rightsOf(access, user, [])
  return {
    ...PLAIN,
    mode: 'htpasswd',
    authenticator: sessionAuthenticator(sessions),
    desk: new PasswordDesk({
      accounts,
      argon2,
      rights,
      limiter: new LoginLimiter(clock),
      cores: availableParallelism(),
    }),
    close: () => accounts.close(),
  }
}

function byProxy({ proxy, access }: Settings<'proxy'>, { sessions }: AuthParts): Auth {
  const rights = (user: string, groups: readonly string[]) => rightsOf(access, user, groups)
  return { ...PLAIN, mode: 'proxy', authenticator: proxyAuthenticator(proxy, sessions, rights) }
}

function byProvider({ oidc: settings, access }: Settings<'oidc'>, { sessions, clock, log }: AuthParts): Auth {
  const rights = (user: string, groups: readonly string[]) => rightsOf(access, user, groups)
  const oidc = new OidcLogin({ settings, rights, clock, log })
  return { ...PLAIN, mode: 'oidc', authenticator: sessionAuthenticator(sessions), oidc, close: () => oidc.close() }
}

type Settings<Mode extends AuthMode> = Extract<AuthSettings, { readonly mode: Mode }>
