export const LOGIN_PAGE = '/login'
export const SESSIONS_PAGE = '/sessions'

/**
 * Where to log in, and then come back to this page; null where the page needs no login of ours: the login itself, and a
 * wall that has a link to come in by.
 *
 * @remarks The way back stands behind the hash sign, so that no server and no log learns what somebody looked for.
 * @param base - What stands before all our addresses: empty, or `/path`.
 */
export function loginAddress({ pathname, search, hash }: Place, base: string): string | null {
  const path = pathname.startsWith(base) ? pathname.slice(base.length) : pathname
  if (path === LOGIN_PAGE || (path === '/wall' && new URLSearchParams(search).has('link'))) return null
  const back = `${pathname}${search}${hash}`
  const login = `${base}${LOGIN_PAGE}`
  return back === `${base}/` ? login : `${login}#back=${encodeURIComponent(back)}`
}

type Place = Pick<Location, 'pathname' | 'search' | 'hash'>

/** What a link to the login page carries behind its hash sign. */
export interface LoginFragment {
  /** The token to log in with, of the link that the server printed. */
  readonly token: string | null
  /** Where to go then: always a page of this server, below its base. */
  readonly back: string
}

/** Reads the fragment of the login page. A way back that leads to another server is not taken. */
export function readFragment(hash: string, origin: string, base: string): LoginFragment {
  const parts = new URLSearchParams(hash.replace(/^#/, ''))
  return { token: parts.get('t'), back: backTo(parts.get('back') ?? '', origin, base) }
}

function backTo(text: string, origin: string, base: string): string {
  const home = `${base}/`
  if (!text.startsWith(home) || !URL.canParse(text, origin)) return home
  const { origin: found, pathname, search, hash } = new URL(text, origin)
  const isOurs = found === origin && pathname.startsWith(home) && pathname !== `${base}${LOGIN_PAGE}`
  return isOurs ? `${pathname}${search}${hash}` : home
}
