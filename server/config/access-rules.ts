import { type Access, ROLES, type Role, type Scope, type ScopeRule } from '../auth/access.ts'
import { configError } from './config-error.ts'
import { type Json, readObject } from './read-object.ts'

/** What somebody may do and see. */
export type Rights = Pick<Access, 'role' | 'scope'>

/** Who may do and see what, as configured. */
export interface AccessRules {
  readonly users: ReadonlyMap<string, Rights>
  readonly groups: ReadonlyMap<string, Rights>
  /** Who is named in neither; null lets none of those in. */
  readonly others: Rights | null
}

const RIGHTS_KEYS = ['role', 'scope'] as const
const SCOPE_KEYS = ['hosts', 'labels', 'projects', 'names'] as const
const RIGHTS_REMEDY =
  'Write {"role": "viewer", "scope": [{"projects": ["billing"]}]}; without "scope" it is everything.'
const SCOPE_REMEDY =
  'Write "scope": [{"hosts": ["kvm-*"], "labels": ["site=north"], "projects": ["billing"], "names": ["web-*"]}].'
const MAX_RULES = 32
const MAX_PATTERNS = 64
const MAX_PATTERN = 128
const MAX_NAME = 128

/**
 * Reads `users`, `groups` and `others` of `auth`.
 *
 * @throws DomscopeError `BAD_CONFIG` that names the key; also when there is none of the three, because then a login
 * would lead nowhere.
 */
export function readAccessRules(auth: Json, where: string): AccessRules {
  const { users = {}, groups = {}, others } = auth
  const rules = {
    users: readNamed(users, `${where}.users`),
    groups: readNamed(groups, `${where}.groups`),
    others: others === undefined ? null : readRights(others, `${where}.others`),
  }
  if (rules.users.size + rules.groups.size > 0 || rules.others !== null) return rules
  const remedy = 'Add "others": {"role": "viewer"} for everybody who can log in, or name them in "users" or "groups".'
  throw configError(where, 'nobody may see anything', remedy)
}

/**
 * What somebody may do and see: as the user's own entry says; else the highest role and all scopes of the groups; else
 * as for others. Null for who may not come in.
 */
export function rightsOf(
  { users, groups, others }: AccessRules,
  user: string,
  memberOf: readonly string[],
): Rights | null {
  const own = users.get(user)
  if (own !== undefined) return own
  const found = memberOf.flatMap((name) => groups.get(name) ?? [])
  return found.length === 0 ? others : found.reduce(together)
}

function together(one: Rights, other: Rights): Rights {
  const role = ROLES.indexOf(one.role) >= ROLES.indexOf(other.role) ? one.role : other.role
  return { role, scope: one.scope === null || other.scope === null ? null : [...one.scope, ...other.scope] }
}

function readNamed(value: unknown, where: string): ReadonlyMap<string, Rights> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw configError(where, 'this must be an object', `Write {"NAME": ${RIGHTS_REMEDY.slice('Write '.length)}`)
  }
  return new Map(
    Object.entries(value).map(([name, rights]) => {
      if (name !== '' && name.length <= MAX_NAME) return [name, readRights(rights, `${where}.${name}`)]
      throw configError(
        where,
        `${JSON.stringify(name.slice(0, MAX_NAME))} is no name`,
        `A name has 1 to ${MAX_NAME} characters.`,
      )
    }),
  )
}

function readRights(value: unknown, where: string): Rights {
  const { role, scope } = readObject(value, where, RIGHTS_KEYS)
  return { role: readRole(role, `${where}.role`), scope: readScope(scope, `${where}.scope`) }
}

function readRole(value: unknown, where: string): Role {
  const found = ROLES.find((role) => role === value)
  if (found !== undefined) return found
  const given = value === undefined ? 'a role is missing' : `${JSON.stringify(value)} is no role`
  throw configError(where, given, `Write ${ROLES.join(', ')}.`)
}

/** Reads a scope; left out it is everything. Throws DomscopeError `BAD_CONFIG` that names the place. */
export function readScope(value: unknown, where: string): Scope {
  if (value === undefined) return null
  if (Array.isArray(value) && value.length > 0 && value.length <= MAX_RULES) {
    return value.map((rule: unknown, index) => readRule(rule, `${where}[${index}]`))
  }
  // An empty list would be nothing at all, which is seldom what somebody meant.
  throw configError(where, `this must be a list of 1 to ${MAX_RULES} rules`, SCOPE_REMEDY)
}

function readRule(value: unknown, where: string): ScopeRule {
  const rule = readObject(value, where, SCOPE_KEYS)
  const read = (key: (typeof SCOPE_KEYS)[number]) => readPatterns(rule[key], `${where}.${key}`, key === 'labels')
  const read4 = { hosts: read('hosts'), labels: read('labels'), projects: read('projects'), names: read('names') }
  if (Object.values(read4).some((patterns) => patterns.length > 0)) return read4
  throw configError(where, 'a rule without patterns is the whole fleet', 'Leave "scope" out for everything.')
}

function readPatterns(value: unknown, where: string, areLabels: boolean): readonly string[] {
  if (value === undefined) return []
  const isList = Array.isArray(value) && value.length > 0 && value.length <= MAX_PATTERNS
  if (!isList) throw configError(where, `this must be a list of 1 to ${MAX_PATTERNS} patterns`, SCOPE_REMEDY)
  return value.map((pattern: unknown, index) => {
    const isText = typeof pattern === 'string' && pattern !== '' && pattern.length <= MAX_PATTERN
    if (!isText)
      throw configError(`${where}[${index}]`, `a pattern is text of 1 to ${MAX_PATTERN} characters`, SCOPE_REMEDY)
    if (areLabels && !/^[^=]+=/.test(pattern)) {
      throw configError(`${where}[${index}]`, `"${pattern}" is not KEY=PATTERN`, SCOPE_REMEDY)
    }
    return pattern
  })
}
