import { plainForm } from './plain-form.ts'
import { isSecretName, KEPT_BACK } from './secret-names.ts'

/** Texts that are secrets by their form, whatever stands beside them. */
const FORMS: readonly RegExp[] = [
  // Crypted passwords, as in /etc/shadow and LDAP.
  /\$(?:1|2[abxy]?|5|6|7|8|9|y|gy|apr1|md5|sha1|sm3|argon2\w{0,3}|scrypt|pbkdf2[\w-]{0,20})\$[^\s:"'<>,;]+/g,
  /\{(?:s?sha\d{0,3}|s?md5|crypt|pbkdf2[\w-]{0,20}|argon2\w{0,3})\}[^\s"'<>,;]+/gi,
  // JSON Web Tokens, and keys of well-known makers.
  /\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)*/g,
  /\b(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{12,}\b/g,
  /\b(?:gh[oprsu]_|github_pat_|glpat-|gl[a-z]{2,5}-|npm_|pypi-|dop_v1_|hf_|hv[bsr]\.|shpat_|sk-|[sprw]k_(?:live|test)_|whsec_|xox[a-z]-|xapp-|AIza|ya29\.|SG\.|tskey-|AGE-SECRET-KEY-)[\w.~+/=:-]{10,}/g,
  /\bAQ[A-Za-z0-9+/]{36}==/g,
  // What tools encrypted, for which a key may be near; how a cluster lets nodes in.
  /\bENC(?:\[[^\]]*\]?|\([^)]*\)?)/g,
  /\bK10[0-9a-f]{16,}::\S+/g,
  // A line of ~/.pgpass. What is hexadecimal throughout is an address.
  /(?<![\w.:*-])(?![\da-f:]+(?![\w.*:-]))[\w.*-]+:(?:\d{2,5}|\*):[\w*-]+:[\w.*-]+:[^\s:"'<>]+/gi,
  // Name and password behind the word for both.
  /(?<=\b(?:login|logon)s?\s{0,4}[:=]\s{0,4})(?!\d)[^\s/:=]+\s?[/:]\s?[^\s/:]+/gi,
  // What stands behind the word for how somebody logs in.
  /\b(?:bearer|negotiate|apikey)\s+[^\s"'<>,;]+/gi,
  /\bdigest\s+\w+=\S.*/gi,
]

const BASIC = /\bbasic\s+([A-Za-z0-9+/]{4,}={0,2})/gi
const ADDRESS = /:\/\/[^\s"'<>]+/g
/** Name and password in front of a host's name; a number between colon and slash is a port. */
const LOGIN = /^(:\/\/[^/:@?#]*:)(?!\d{1,5}(?:[/?#]|$)).+(?=@)/
const QUERY = /([?&;#])([^=&;?#]+)=([^&;#]+)/g
/** What signs for who asks for a file, in the words of those who rent out room for files. */
const SIGNS =
  /^(?:sig|signature|hmac|h|hash|st|se|sp|sv|sr|ticket|code|key|expires|policy|googleaccessid|awsaccesskeyid|key-pair-id|x-\w+-[\w-]+)$/i

/** Several lines of a key; its end may be missing. */
const KEY_BLOCK = /-{4,5} ?BEGIN [^\n-]{1,80}-{4,5}|PuTTY-User-Key-File|\$ANSIBLE_VAULT;/i

/** A text without what has the form of a secret; the same text when there is none. */
export function withoutForms(text: string): string {
  let shown = text.includes('://') ? text.replace(ADDRESS, withoutLogin) : text
  for (const form of FORMS) shown = shown.replace(form, KEPT_BACK)
  return shown.replace(BASIC, (whole, login: string) => {
    return decodeBase64(login)?.includes(':') ? KEPT_BACK : whole
  })
}

function withoutLogin(address: string): string {
  return address.replace(LOGIN, `$1${KEPT_BACK}`).replace(QUERY, (whole, sign: string, name: string) => {
    const isSecret = SIGNS.test(name) || isSecretName(unescaped(name))
    return isSecret ? `${sign}${name}=${KEPT_BACK}` : whole
  })
}

/** Where a block with a key begins; -1 when there is none. */
export function keyBlockAt(text: string): number {
  return text.search(KEY_BLOCK)
}

/** What base64 stands for when that is a text; null for anything else. */
export function decodeBase64(base64: string): string | null {
  const plain = base64.replace(/[\s=]/g, '').replaceAll('-', '+').replaceAll('_', '/')
  if (!/^[A-Za-z0-9+/]+$/.test(plain) || plain.length % 4 === 1) return null
  try {
    return textIn(Buffer.from(plain, 'base64'))
  } catch {
    return null
  }
}

/** What hexadecimal digits stand for when that is a text; null for anything else. */
export function decodeHex(hex: string): string | null {
  if (hex.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(hex)) return null
  try {
    return textIn(Buffer.from(hex, 'hex'))
  } catch {
    return null
  }
}

/** @throws TypeError for what is no text in UTF-8, nor plain letters in UTF-16 */
function textIn(bytes: Buffer): string | null {
  const isWide = bytes.length > 3 && bytes.length % 2 === 0 && bytes.every((byte, i) => i % 2 === 0 || byte === 0)
  const decoded = new TextDecoder(isWide ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: signs that no text has tell a picture from a text
  return /[\x00-\x08\x0e-\x1f]/.test(decoded) ? null : decoded
}

/** A text in plain form with the escapes of addresses, JSON and XML resolved, for looking only. */
export function unescaped(text: string): string {
  return plainForm(text)
    .replace(/%([2-7][0-9a-f])|\\u00([2-7][0-9a-f])|\\x([2-7][0-9a-f])|&#x([2-7][0-9a-f]);/gi, (_whole, ...hex) =>
      String.fromCharCode(Number.parseInt(hex.find((one) => typeof one === 'string') as string, 16)),
    )
    .replace(/&#(\d{2,3});/g, (_whole, code: string) => String.fromCharCode(Number(code)))
    .replace(/&(quot|apos|lt|gt|amp);/g, (_whole, name: string) => PLAIN[name]!)
}

const PLAIN: Readonly<Record<string, string>> = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' }
