import { nameCharacter } from '../text/name-character.ts'
import { badUri, severalUris } from './uri-error.ts'

/** What URIs are made of; letters and digits of other scripts too, for names of hosts and users. */
const LEGAL = /[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]|[^\0-\x7f]/u
const WORD = /[\p{L}\p{N}\p{M}]/u
/** Signs that people put between the members of a list. */
const SEPARATOR = /[,;|\s\uff0c\uff1b\u3001\uff5c]/u
const QUOTE = /["'`\u2018-\u201f\u00ab\u00bb\u2039\u203a]/u

/**
 * Refuses what a URI is not made of, and names it: most of it cannot be seen in the place where it was written.
 *
 * @throws DomscopeError `BAD_URI`.
 */
export function refuseStrangers(text: string): void {
  if (text === '') throw badUri(text, 0, 'it is empty')
  if (QUOTE.test(text[0]!)) throw badUri(text, 0, `${nameSign(text[0]!)} around it does not belong to it`)
  let at = 0
  for (const sign of text) {
    if (!isLegal(sign)) throw stranger(text, at, sign)
    at += sign.length
  }
}

/** Where another address goes on behind its scheme: also one whose slashes were run together, as in paths. */
const ANOTHER = /:\/\/|(?<=\+(?:unix|ssh|tls|tcp|libssh2?|ext)):/gi

/**
 * Refuses lists that would be read as one URI with a strange path, user or parameter.
 *
 * @throws DomscopeError `BAD_URI`.
 */
export function refuseLists(text: string): void {
  const last = text.length - 1
  if (/[,;]/.test(text[last] ?? '')) throw severalUris(text, last, `it ends with "${text[last]}"`)
  const beforeQuery = text.split('?', 1)[0]!
  const separator = beforeQuery.search(/[,;]/)
  if (separator >= 0) {
    const sign = text[separator]!
    const written = `%${sign.charCodeAt(0).toString(16).toUpperCase()}`
    throw severalUris(text, separator, `"${sign}" separates nothing here; in a name or a path it is written ${written}`)
  }
  for (const { index } of text.matchAll(ANOTHER)) {
    const before = text.slice(0, index)
    // `name=` holds the URI that the daemon is to open.
    if (/^[A-Za-z0-9+.-]*$/.test(before) || /[?&;]name=[A-Za-z0-9+.-]+$/i.test(before)) continue
    throw severalUris(text, index, 'another address begins in it')
  }
}

/**
 * Refuses a path in which another address stands in escapes.
 *
 * @param start - Of the path in `text`.
 * @throws DomscopeError `BAD_URI`.
 */
export function refuseHiddenLists(text: string, start: number, raw: string, decoded: string): void {
  if (decoded === raw || !decoded.includes('://')) return
  throw severalUris(text, start + raw.indexOf('%'), 'another address is hidden in its path')
}

function isLegal(sign: string): boolean {
  if (sign <= '\x7f') return LEGAL.test(sign)
  // What is only another form of a plain letter would lead to another host than the one that is read.
  return WORD.test(sign) && sign.normalize('NFKC') === sign
}

function stranger(text: string, at: number, sign: string) {
  if (SEPARATOR.test(sign) && at > 0) return severalUris(text, at, `it holds ${nameSign(sign)}`)
  if (sign <= '\x7f') return badUri(text, at, `${nameSign(sign)} is written as %XX`)
  return badUri(text, at, `it holds ${nameCharacter(sign)}`)
}

/** Plain signs as they are, others by code point. */
function nameSign(sign: string): string {
  return sign > ' ' && sign < '\x7f' ? `a ${sign}` : nameCharacter(sign)
}
