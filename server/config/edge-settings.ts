import { resolve } from 'node:path'
import { peerList } from '../auth/proxy-peers.ts'
import type { TlsPaths } from '../http/edge/tls-pair.ts'
import { configError } from './config-error.ts'
import { readObject, readPath } from './read-object.ts'

/** What stands where about the server's own certificate. */
export interface TlsSources {
  readonly flags: { readonly cert: string | null; readonly key: string | null }
  readonly variables: { readonly cert: string | null; readonly key: string | null }
  /** `tls` of the config file. */
  readonly file: unknown
  /** Path of the config file, for messages. */
  readonly path: string | null
}

const TLS_KEYS = ['cert', 'key'] as const
const MAX_PROXIES = 64

/**
 * Where certificate and key are; null to serve without TLS.
 *
 * @throws DomscopeError `BAD_CONFIG`, also where only one of them is said.
 */
export function readTls({ flags, variables, file, path }: TlsSources): TlsPaths | null {
  const where = `${path}: tls`
  const inFile = readObject(file ?? {}, where, TLS_KEYS)
  const one = (name: 'cert' | 'key') => {
    const given = flags[name] ?? variables[name]
    return given === null ? readPath(inFile[name], `${where}.${name}`) : resolve(given)
  }
  const cert = one('cert')
  const key = one('key')
  if (cert === null && key === null) return null
  if (cert !== null && key !== null) return { cert, key }
  const [given, missing] = key === null ? ['certificate', '--tls-key'] : ['key', '--tls-cert']
  throw configError(missing, `a ${given} alone is no TLS`, 'Give both --tls-cert and --tls-key, or "tls" in the file.')
}

/**
 * Addresses and networks whose `X-Forwarded-*` are believed.
 *
 * @throws DomscopeError `BAD_CONFIG` that names the entry.
 */
export function readTrustedProxies(value: unknown, where: string): readonly string[] {
  if (value === null) return []
  const isList = Array.isArray(value) && value.length <= MAX_PROXIES
  if (!isList || !value.every((one): one is string => typeof one === 'string')) {
    throw configError(where, `this must be a list of at most ${MAX_PROXIES} addresses`, 'Write ["127.0.0.1", "::1"].')
  }
  peerList(value, where)
  return value
}
