import { headerValues } from '../http/request-policy.ts'

/** Browsers let nobody but this very server, over TLS, set a cookie of this name. */
const SECURE_NAME = '__Host-domscope'
const PLAIN_NAME = 'domscope'
const SECRET = /^[A-Za-z0-9_-]{43}$/

/**
 * `Set-Cookie` for a session.
 *
 * @param secure - The browser came over https.
 */
export function sessionCookie(secret: string, secure: boolean, maxAgeSeconds: number): string {
  const name = secure ? SECURE_NAME : PLAIN_NAME
  const age = Math.max(0, Math.floor(maxAgeSeconds))
  return `${name}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${age}${secure ? '; Secure' : ''}`
}

/** `Set-Cookie` that makes the browser forget its session. */
export function forgetCookie(secure: boolean): string {
  return sessionCookie('', secure, 0)
}

/**
 * The secrets of sessions that a request shows, the one that only we can have set first.
 *
 * @remarks More than one is no error: another server on another port of the same machine may set a cookie of our name.
 */
export function cookieSecrets(rawHeaders: readonly string[]): readonly string[] {
  const pairs = headerValues(rawHeaders, 'cookie').flatMap((field) => field.split(';').map(readPair))
  const named = (name: string) => pairs.filter((pair) => pair.name === name && SECRET.test(pair.value))
  return [...named(SECURE_NAME), ...named(PLAIN_NAME)].map(({ value }) => value).slice(0, 4)
}

/**
 * `Set-Cookie` for a login that is under way at a provider.
 *
 * @remarks `Lax`, because the browser comes back from another site; with `Strict` it would not show the cookie.
 */
export function loginCookie(name: string, value: string, secure: boolean): string {
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=600${secure ? '; Secure' : ''}`
}

/** The one cookie of this name; null where there is none or more than one. */
export function cookieNamed(rawHeaders: readonly string[], name: string): string | null {
  const pairs = headerValues(rawHeaders, 'cookie').flatMap((field) => field.split(';').map(readPair))
  const found = pairs.filter((pair) => pair.name === name)
  return found.length === 1 ? found[0]!.value : null
}

function readPair(text: string): { name: string; value: string } {
  const cut = text.indexOf('=')
  return { name: text.slice(0, cut).trim(), value: text.slice(cut + 1).trim() }
}
