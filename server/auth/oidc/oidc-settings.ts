import { configError } from '../../config/config-error.ts'
import { readObject, readPath } from '../../config/read-object.ts'
import { isLoopback, parseAuthority } from '../../http/authority.ts'

/** An OpenID provider, and what its tokens say of people. */
export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  /** Null for a public client, which has PKCE alone. */
  readonly clientSecretFile: string | null
  /** The whole address that the provider sends browsers back to; it ends with {@link CALLBACK_PATH}. */
  readonly redirectUri: string
  readonly scopes: string
  readonly userClaim: string
  readonly groupsClaim: string
}

export const CALLBACK_PATH = '/api/v1/oidc/callback'

const KEYS = ['issuer', 'clientId', 'clientSecretFile', 'redirectUri', 'scopes', 'userClaim', 'groupsClaim'] as const
const TEXT = /^[^\s\p{C}]{1,256}$/u

/** @throws DomscopeError `BAD_CONFIG` that names the key. */
export function readOidc(value: unknown, where: string): OidcSettings {
  const given = readObject(value, where, KEYS)
  const text = (key: (typeof KEYS)[number], or?: string) => {
    const found = given[key] ?? or
    if (typeof found === 'string' && TEXT.test(found)) return found
    throw configError(
      `${where}.${key}`,
      found === undefined ? 'this is missing' : 'this is no word',
      `See docs/oidc.md.`,
    )
  }
  const redirectUri = address(text('redirectUri'), `${where}.redirectUri`)
  if (!redirectUri.endsWith(CALLBACK_PATH)) {
    const remedy = `Write https://vms.example.org${CALLBACK_PATH}, with the base path before /api where there is one.`
    throw configError(`${where}.redirectUri`, `this does not end with ${CALLBACK_PATH}`, remedy)
  }
  return {
    issuer: address(text('issuer'), `${where}.issuer`),
    clientId: text('clientId'),
    clientSecretFile: readPath(given.clientSecretFile, `${where}.clientSecretFile`),
    redirectUri,
    scopes: readScopes(given.scopes ?? 'openid profile', `${where}.scopes`),
    userClaim: text('userClaim', 'preferred_username'),
    groupsClaim: text('groupsClaim', 'groups'),
  }
}

/** An address whose secrets nobody on the way can read. */
function address(text: string, where: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  const host = parseAuthority(url?.host ?? '')
  const isNear = url?.protocol === 'http:' && host !== null && isLoopback(host)
  const isPlain = url !== null && url.search === '' && url.hash === '' && url.username === ''
  if (isPlain && (url.protocol === 'https:' || isNear)) return text
  throw configError(where, `"${text}" is no address of https`, 'Write https://…; http is for loopback addresses only.')
}

function readScopes(value: unknown, where: string): string {
  if (
    typeof value === 'string' &&
    /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(value) &&
    value.split(' ').includes('openid')
  ) {
    return value
  }
  throw configError(where, 'this is no list of scopes with openid', 'Write "openid profile groups".')
}
