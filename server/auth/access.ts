/** What people may do, least first: look; also make wall links; also see everybody's sessions and end them. */
export const ROLES = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]

/**
 * A part of the fleet: domains that match at least one pattern of every list that is not empty.
 *
 * @remarks Patterns are globs (`*`, `?`), compared without regard to case. A rule without patterns is the whole fleet.
 */
export interface ScopeRule {
  /** Names of hosts. */
  readonly hosts: readonly string[]
  /** `KEY=PATTERN`, of the labels that the config gives hosts. */
  readonly labels: readonly string[]
  readonly projects: readonly string[]
  /** Names of domains. */
  readonly names: readonly string[]
}

/** What somebody may see: all that any of the rules admits; null is everything, and no rule at all is nothing. */
export type Scope = readonly ScopeRule[] | null

/** Who asks, and what that one may do and see. */
export interface Access {
  /** Name of the account, or of the wall link; empty where there is no login. */
  readonly user: string
  readonly role: Role
  readonly scope: Scope
  /** Public id of the session, by which it is listed and ended; null where there is none. Never the secret. */
  readonly session: string | null
}

/** Where there is no login, whoever reaches the server may do and see everything. */
export const FULL_ACCESS: Access = { user: '', role: 'admin', scope: null, session: null }

/** Equal for scopes that are written alike: what is made for one serves the other. Empty for everything. */
export function scopeKey(scope: Scope): string {
  return scope === null
    ? ''
    : JSON.stringify(scope.map(({ hosts, labels, projects, names }) => [hosts, labels, projects, names]))
}
