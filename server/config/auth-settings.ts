import { join } from 'node:path'
import { type OidcSettings, readOidc } from '../auth/oidc/oidc-settings.ts'
import { type ProxySettings, peerList } from '../auth/proxy-peers.ts'
import { type AccessRules, readAccessRules } from './access-rules.ts'
import { configError } from './config-error.ts'
import { readObject, readPath } from './read-object.ts'

/** How people come in; the same words in flag, variable and file. */
export const AUTH_MODES = ['loopback', 'token', 'htpasswd', 'proxy', 'oidc'] as const
export type AuthMode = (typeof AUTH_MODES)[number]

/** What the mode in force needs. */
export type AuthSettings =
  /** No login. `insecure`: also where others can reach it. */
  | { readonly mode: 'loopback'; readonly insecure: boolean }
  /** `tokenFile` is made at the first start. */
  | { readonly mode: 'token'; readonly tokenFile: string }
  | { readonly mode: 'htpasswd'; readonly passwordFile: string; readonly access: AccessRules }
  | { readonly mode: 'proxy'; readonly proxy: ProxySettings; readonly access: AccessRules }
  | { readonly mode: 'oidc'; readonly oidc: OidcSettings; readonly access: AccessRules }

/** What stands where about logins. */
export interface AuthSources {
  readonly flag: string | null
  readonly variable: string | null
  /** `auth` of the config file: a mode, or an object with `mode` and what each mode needs under its name. */
  readonly file: unknown
  /** Path of the config file, for messages. */
  readonly path: string | null
  /** `--insecure-no-auth`. */
  readonly insecure: boolean
  /** Folder for what the server keeps, where nothing else is said. */
  readonly stateDir: string
}

const KEYS = ['mode', 'token', 'htpasswd', 'proxy', 'oidc', 'users', 'groups', 'others'] as const
const FILE_KEYS = ['file'] as const
const DEFAULT_PASSWORD_FILE = '/etc/domscope/htpasswd'

/**
 * Settles how people come in.
 *
 * @throws DomscopeError `BAD_CONFIG` that names flag, variable, or file and key.
 */
export function readAuthSettings(sources: AuthSources): AuthSettings {
  const where = `${sources.path}: auth`
  const file = readObject(typeof sources.file === 'string' ? { mode: sources.file } : (sources.file ?? {}), where, KEYS)
  const mode = readMode(sources, file.mode, `${where}.mode`)
  if (sources.insecure && mode !== 'loopback') {
    throw configError('--insecure-no-auth', `there is a login: --auth ${mode}`, 'Leave one of them out.')
  }
  // What another mode needs may stand in the file as well; it is checked all the same.
  const token = readObject(file.token ?? {}, `${where}.token`, FILE_KEYS)
  const tokenFile = readPath(token.file, `${where}.token.file`) ?? join(sources.stateDir, 'admin-token')
  const htpasswd = readObject(file.htpasswd ?? {}, `${where}.htpasswd`, FILE_KEYS)
  const passwordFile = readPath(htpasswd.file, `${where}.htpasswd.file`) ?? DEFAULT_PASSWORD_FILE
  const proxy = file.proxy === undefined ? null : readProxy(file.proxy, `${where}.proxy`)
  const oidc = file.oidc === undefined ? null : readOidc(file.oidc, `${where}.oidc`)
  switch (mode) {
    case 'loopback':
      return { mode, insecure: sources.insecure }
    case 'token':
      return { mode, tokenFile }
    case 'htpasswd':
      return { mode, passwordFile, access: readAccessRules(file, whereFile(sources)) }
    case 'proxy':
      if (proxy === null) throw configError(whereFile(sources), 'nobody says which proxy to believe', PEERS_REMEDY)
      return { mode, proxy, access: readAccessRules(file, whereFile(sources)) }
    case 'oidc':
      if (oidc === null) throw configError(whereFile(sources), 'nobody says which provider to ask', 'See docs/oidc.md.')
      return { mode, oidc, access: readAccessRules(file, whereFile(sources)) }
  }
}

/** Where `auth` is to be written, also where there is no config file yet. */
function whereFile({ path }: AuthSources): string {
  return path === null ? 'auth in the config file (--config FILE)' : `${path}: auth`
}

const PROXY_KEYS = ['peers', 'userHeader', 'groupsHeader'] as const
const PEERS_REMEDY = 'Write "proxy": {"peers": ["127.0.0.1"], "userHeader": "X-Remote-User"} within "auth".'
const HEADER = /^[A-Za-z][A-Za-z0-9-]{1,63}$/
/** Fields that have another meaning, or that browsers set. */
const TAKEN = /^(?:host|cookie|origin|authorization|connection|upgrade|content-|sec-|x-csrf$|accept|user-agent$)/i
const MAX_PEERS = 64

function readProxy(value: unknown, where: string): ProxySettings {
  const { peers, userHeader = 'X-Remote-User', groupsHeader = null } = readObject(value, where, PROXY_KEYS)
  const isList = Array.isArray(peers) && peers.length > 0 && peers.length <= MAX_PEERS
  if (!isList || !peers.every((peer): peer is string => typeof peer === 'string')) {
    // Everybody could name anybody.
    throw configError(`${where}.peers`, `this must be a list of 1 to ${MAX_PEERS} addresses`, PEERS_REMEDY)
  }
  peerList(peers, `${where}.peers`)
  return {
    peers,
    userHeader: readHeader(userHeader, `${where}.userHeader`),
    groupsHeader: groupsHeader === null ? null : readHeader(groupsHeader, `${where}.groupsHeader`),
  }
}

function readHeader(value: unknown, where: string): string {
  if (typeof value === 'string' && HEADER.test(value) && !TAKEN.test(value)) return value
  throw configError(where, `${JSON.stringify(value)} is no header for this`, 'Write a name like X-Remote-User.')
}

function readMode({ flag, variable }: AuthSources, inFile: unknown, where: string): AuthMode {
  if (flag !== null) return checkMode(flag, '--auth')
  if (variable !== null) return checkMode(variable, 'DOMSCOPE_AUTH')
  return inFile === undefined ? 'loopback' : checkMode(inFile, where)
}

function checkMode(value: unknown, where: string): AuthMode {
  const found = AUTH_MODES.find((mode) => mode === value)
  if (found !== undefined) return found
  throw configError(where, `${JSON.stringify(value)} is no way to log in`, `Write ${AUTH_MODES.join(', ')}.`)
}

/** Where the server keeps what must outlive it: as systemd says, or where the user's programs do. */
export function stateDirectory(env: Readonly<Record<string, string | undefined>>, uid: number, home: string): string {
  const given = env.STATE_DIRECTORY?.split(':')[0]
  if (given !== undefined && given !== '') return given
  if (uid === 0) return '/var/lib/domscope'
  const base = env.XDG_STATE_HOME
  return join(base === undefined || base === '' ? join(home, '.local', 'state') : base, 'domscope')
}
