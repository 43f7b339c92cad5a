/** The path that this Domscope is served below, without a slash at its end; empty at the root of a server. */
const BASE = process.env.DOMSCOPE_BASE ?? ''

/**
 * The address of something of our own, for whatever does not come from Next's `Link`, which does the same itself.
 *
 * @param path - From the root of Domscope, with a slash at its start: `/api/v1/hosts`, `/domain?uuid=…`.
 */
export function ownAddress(path: string): string {
  return `${BASE}${path}`
}
