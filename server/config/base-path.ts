import { configError } from './config-error.ts'

/** Letters that mean the same in a path, a pattern of a proxy and a script; no dots at the start of a part. */
const PATH = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*){1,8}\/?$/
const MAX_LENGTH = 128
/** First parts of what Domscope itself has, which would then be at two places. */
const TAKEN = /^\/(?:api|_next)(?:\/|$)/

/**
 * Reads the path that everything is served below; empty for the root.
 *
 * @throws DomscopeError `BAD_CONFIG` that names `where`.
 */
export function readBasePath(value: unknown, where: string): string {
  if (value === '' || value === '/') return ''
  const isPath = typeof value === 'string' && value.length <= MAX_LENGTH && PATH.test(value)
  if (isPath && !TAKEN.test(value)) return value.replace(/\/$/, '')
  const why = isPath ? 'belongs to Domscope itself' : 'is no path of letters, digits, ".", "_", "~" and "-"'
  throw configError(where, `${JSON.stringify(value)} ${why}`, 'Write a path that begins with a slash, as /vms.')
}
