import { join } from 'node:path'
import { configError } from './config-error.ts'

/** How people come in; the same words in flag, variable and file. */
export const AUTH_MODES = ['loopback', 'token'] as const
export type AuthMode = (typeof AUTH_MODES)[number]

/** What the mode in force needs. */
export type AuthSettings =
  /** No login. `insecure`: also where others can reach it. */
  | { readonly mode: 'loopback'; readonly insecure: boolean }
  /** `tokenFile` is made at the first start. */
  | { readonly mode: 'token'; readonly tokenFile: string }

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

const KEYS = ['mode', 'token'] as const
const TOKEN_KEYS = ['file'] as const

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
  const token = readObject(file.token ?? {}, `${where}.token`, TOKEN_KEYS)
  switch (mode) {
    case 'loopback':
      return { mode, insecure: sources.insecure }
    case 'token':
      return { mode, tokenFile: readPath(token.file, `${where}.token.file`) ?? join(sources.stateDir, 'admin-token') }
  }
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

export type Json = Readonly<Record<string, unknown>>

/** An object of the config file that has no other keys than these. */
export function readObject(value: unknown, where: string, keys: readonly string[]): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw configError(where, 'this must be an object', `Its keys are ${keys.join(', ')}.`)
  }
  const stranger = Object.keys(value).find((key) => !keys.includes(key))
  if (stranger === undefined) return value as Json
  throw configError(`${where}.${stranger}`, 'there is no such key', `Keys are ${keys.join(', ')}.`)
}

/** An absolute path, or null where none is given: a service has no folder of its own to start from. */
export function readPath(value: unknown, where: string): string | null {
  if (value === undefined) return null
  if (typeof value === 'string' && value.startsWith('/') && !value.includes('\0')) return value
  throw configError(where, `${JSON.stringify(value)} is no path`, 'Write a path that begins with a slash.')
}

/** Where the server keeps what must outlive it: as systemd says, or where the user's programs do. */
export function stateDirectory(env: Readonly<Record<string, string | undefined>>, uid: number, home: string): string {
  const given = env.STATE_DIRECTORY?.split(':')[0]
  if (given !== undefined && given !== '') return given
  if (uid === 0) return '/var/lib/domscope'
  const base = env.XDG_STATE_HOME
  return join(base === undefined || base === '' ? join(home, '.local', 'state') : base, 'domscope')
}
