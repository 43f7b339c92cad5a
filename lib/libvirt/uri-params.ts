import { decodePart } from './uri-decode.ts'
import { badUri } from './uri-error.ts'

export type SocketMode = 'auto' | 'legacy' | 'direct'
export type SshProxy = 'auto' | 'netcat' | 'native'

/** Parameters of the URI's query that the client uses up; everything else goes to the daemon as it is. */
export interface UriParams {
  /** Replaces the name sent in CONNECT_OPEN. */
  readonly name: string | null
  readonly mode: SocketMode
  readonly socket: string | null
  /** null when not given: then the other parameters decide. */
  readonly proxy: SshProxy | null
  readonly netcat: string | null
  /** Replaces the program `ssh`. */
  readonly command: string | null
  readonly keyfile: string | null
  readonly noTty: boolean
  readonly noVerify: boolean
  /** `polkit`, `sasl` or `sasl.MECHANISM`. */
  readonly auth: string | null
  /** Parameters for the daemon, undecoded, in order: `name=value`. */
  readonly passed: readonly string[]
}

/** Used up by other transports or by libvirt's client alone; accepted and without effect here. */
const IGNORED = [
  'known_hosts',
  'known_hosts_verify',
  'sshauth',
  'no_sanity',
  'pkipath',
  'tls_priority',
  'authfile',
  'argv',
]

/** What one parameter sets. `raw` is not decoded, `value` is. */
type Setter = (value: string, fail: (why: string) => never) => Partial<UriParams>

const SETTERS: Readonly<Record<string, Setter>> = {
  name: (value) => ({ name: value }),
  socket: (value, fail) => (value === '' ? fail('socket is a path') : { socket: value }),
  netcat: (value) => ({ netcat: value }),
  command: (value) => ({ command: value }),
  keyfile: (value) => ({ keyfile: value }),
  auth: (value, fail) =>
    /^(none|polkit|sasl(\.[A-Za-z0-9_-]+)?)$/.test(value)
      ? { auth: value }
      : fail('auth is polkit, sasl or sasl.MECHANISM'),
  mode: (value, fail) =>
    value === 'auto' || value === 'legacy' || value === 'direct'
      ? { mode: value }
      : fail('mode is auto, legacy or direct'),
  proxy: (value, fail) =>
    value === 'auto' || value === 'netcat' || value === 'native'
      ? { proxy: value }
      : fail('proxy is auto, netcat or native'),
  no_tty: (value, fail) => ({ noTty: parseFlag(value, fail) }),
  no_verify: (value, fail) => ({ noVerify: parseFlag(value, fail) }),
}

const NOTHING: UriParams = {
  name: null,
  mode: 'auto',
  socket: null,
  proxy: null,
  netcat: null,
  command: null,
  keyfile: null,
  noTty: false,
  noVerify: false,
  auth: null,
  passed: [],
}

/**
 * Parses the query of a URI; `start` is its index in `text`, for errors.
 *
 * @remarks Names compare without case, flags are decimal numbers. `&` separates; `;` does where no `&` follows. A plus is a
 * plus.
 */
export function parseParams(text: string, start: number, query: string): UriParams {
  let params = NOTHING
  const passed: string[] = []
  let at = start
  for (const pair of splitPairs(query)) {
    const position = at
    at += pair.length + 1
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decodePart(text, position, equals < 0 ? pair : pair.slice(0, equals)).toLowerCase()
    const value = equals < 0 ? '' : decodePart(text, position + equals + 1, pair.slice(equals + 1))
    const setter = Object.hasOwn(SETTERS, name) ? SETTERS[name] : undefined
    if (setter !== undefined) {
      const fail = (why: string): never => {
        throw badUri(text, position, why)
      }
      params = { ...params, ...setter(value, fail) }
    } else if (!IGNORED.includes(name)) {
      passed.push(pair)
    }
  }
  if (params.netcat !== null && params.proxy === 'native')
    throw badUri(text, start, 'netcat and proxy=native exclude each other')
  return { ...params, passed }
}

function splitPairs(query: string): string[] {
  const pairs = query.split('&')
  return [...pairs.slice(0, -1), ...pairs.at(-1)!.split(';')]
}

function parseFlag(value: string, fail: (why: string) => never): boolean {
  return /^-?\d+$/.test(value) ? Number(value) !== 0 : fail('a flag is a number, 0 or 1')
}
