import { isSecretName, KEPT_BACK, mayTellOfSecret, suspicionOf, wordsOf } from './secret-names.ts'
import { decodeBase64, decodeHex, keyBlockAt, unescaped, withoutForms } from './secret-patterns.ts'

/**
 * How a text is read: `name` is a name that somebody gave, where a word alone tells of nothing; in a `path` words are
 * names of folders, and only what has the form of a secret counts.
 */
export type TextKind = 'text' | 'name' | 'path'

/** What is looked at of a text. What is shown is much shorter. */
const MAX_LOOKED_AT = 16_384
/** Longest sentence that can be the name of what stands beside it. */
const MAX_SPOKEN = 240
/** Layers of base64 that are looked through. */
const MAX_LAYERS = 3

/** Words that may stand beside the word for a secret in a line that tells none: `password manager`. */
const COMPANIONS =
  /^(?:a|an|the|and|or|of|for|in|on|to|with|no|not|by|from|our|my|all|new|old|manager|management|service|services|server|servers|store|storage|broker|issuer|reset|policy|policies|vault|rotation|rotator|generator|portal|gateway|proxy|authority|checker|expiry|required|protected|safe|web|api|app|db|host|vm|guest|node|team|project|prod|production|test|testing|staging|dev|backup|ring|exchange|provider|frontend|backend|ui|cluster|ask|see|wiki|disabled|none|unset|count|length|\d{1,3})$/

const TOKEN = /[\p{L}\p{N}][\p{L}\p{N}_.-]*/gu
const SEPARATOR = /^[\\"'`\])}]*\s*(?:=>|->|:=|[:=]|\s(?:is|are|was|ist)\s)[\s\\]*/
const IN_QUOTES = /^[\\"'`\])>}]/
const OPENING = /[\\"'`[({<]$/
/** Options whose next word is a password, or a name with one. */
const OPTION =
  /(?:^|\s)(?:-(?:p|P|pw)(?=\s+\S)|(?:mysql\w*|mariadb\w*|sshpass|7z|zip|unzip)\s(?:.*?\s)?-p(?=\S)|(?:curl|wget)\s.*?-u(?=\s*\S+:)|ldap\w+\s.*?-w(?=\s*\S)|redis-cli\s.*?-a(?=\s*\S))\s*/
/** Signs of a list of names and values; without them lines are sentences. */
const DATA_SIGNS = /[:={}[\]"'<>|]/
/** What makes all that follows a script or a configuration for a guest's first start. */
const USER_DATA = /^[ \t]*(?:#cloud-config|#cloud-boothook|#!|#include|## template:|Content-Type: multipart)/m
/** How packed texts begin in base64: gzip, xz, bzip2, zstd, zip. */
const PACKED = /^(?:H4sI|\/Td6WFo|QlpoO|KLUv\/|UEsDB)/
const BASE64 = /[A-Za-z0-9+/_-]{16,}={0,2}/g

/** The text without what is secret in it, and how many values that are. */
export interface ShownText {
  readonly text: string
  readonly kept: number
}

/**
 * Takes secrets out of a text of any kind: sentences, `KEY=value`, JSON, YAML, command lines, addresses, keys.
 *
 * @remarks The rule: from the first word that tells of a secret on, nothing is shown; of a line in which it does not
 * stand right before a value nothing at all, and of the lines before it only sentences. What has the form of a secret
 * goes alone.
 */
export function withoutSecrets(text: string, kind: TextKind = 'text'): ShownText {
  const start = text.slice(0, MAX_LOOKED_AT)
  const shown = kind === 'path' ? withoutForms(start) : clean(start, kind, MAX_LAYERS)
  return { text: shown, kept: countMarks(shown) - countMarks(text) }
}

/** Whether a text ends with the name of a secret, so that what stands beside it may be that secret. */
export function endsWithSecretName(text: string): boolean {
  const plain = unescaped(text.slice(-MAX_LOOKED_AT)).trim()
  if (keyBlockAt(plain) >= 0 || /^-(?:p|P|pw)$/.test(plain)) return true
  const end = plain.slice(-120).replace(/(?:\s+(?:is|are))?[\s\\"'`:=>,;({|[\])}<-]*$/, '')
  const last = end.match(/[\p{L}\p{N}_.-]+$/u)?.[0] ?? ''
  if (isSecretName(last)) return !isCompound(last) && !/\b(?:no|not|without)\s+\S+$/i.test(end)
  return isPhrase(end.match(/[\p{L}\p{N}_.-]+\s+[\p{L}\p{N}_.-]+$/u)?.[0] ?? '')
}

/** Whether a short text speaks of a secret and does not hold it, as far as that can be told: `password for root`. */
export function speaksOfSecret(text: string): boolean {
  return text.length <= MAX_SPOKEN && mayTellOfSecret(text) && withoutSecrets(text).text === KEPT_BACK
}

/** Whether two words are a secret together, and neither is one alone: `private key`. */
function isPhrase(text: string): boolean {
  return suspicionOf(text) === 'strong' && text.split(/\s+/).every((word) => suspicionOf(word) !== 'strong')
}

function countMarks(text: string): number {
  return text.split(KEPT_BACK).length - 1
}

function clean(text: string, kind: TextKind, layers: number): string {
  const starts = [keyBlockAt(text), text.search(USER_DATA)].filter((at) => at >= 0)
  if (starts.length > 0) return `${cleanLines(text.slice(0, Math.min(...starts)), kind, layers)}${KEPT_BACK}`
  const shown = cleanLines(text, kind, layers)
  const plain = unescaped(text)
  // Escaped once more than it was written here: it cannot be cut in the right place.
  return shown === text && plain !== text && cleanLines(plain, kind, layers) !== plain ? KEPT_BACK : shown
}

function cleanLines(text: string, kind: TextKind, layers: number): string {
  if (layers === 0) return text
  if (isSecretBase64(text, layers)) return KEPT_BACK
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/)
  const first = lines.findIndex((line) => secretAt(line, kind, lines.length > 1) !== null)
  if (first < 0)
    return text
      .split('\n')
      .map((line) => cleanForms(line, layers))
      .join('\n')
  const before = lines.slice(0, first)
  if (before.some((line) => DATA_SIGNS.test(line))) return KEPT_BACK
  const line = lines[first]!
  const shown = cleanForms(line.slice(0, secretAt(line, kind, lines.length > 1)!), layers)
  return [...before.map((one) => cleanForms(one, layers)), `${shown}${KEPT_BACK}`].join('\n')
}

function cleanForms(line: string, layers: number): string {
  return withoutForms(line).replace(BASE64, (base64) => (isSecretBase64(base64, layers) ? KEPT_BACK : base64))
}

/** Whether a text is base64, or hexadecimal, of something that is not shown; packed texts may be anything. */
function isSecretBase64(text: string, layers: number): boolean {
  const plain = text.replace(/\s/g, '')
  if (plain.length < 12 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(plain)) return false
  if (PACKED.test(plain)) return true
  return [decodeHex(plain), decodeBase64(plain)].some(
    (decoded) => decoded !== null && clean(decoded, 'text', layers - 1) !== decoded,
  )
}

/** From where a line is not shown; null when there is no word that tells of a secret. */
function secretAt(line: string, kind: TextKind, isOneOfMany: boolean): number | null {
  const option = line.includes('-') ? OPTION.exec(line) : null
  const optionAt = option === null ? null : option.index + option[0].length
  if (!mayTellOfSecret(line)) return optionAt
  const tokens = [...line.matchAll(TOKEN)].map((match) => ({
    word: match[0],
    from: match.index,
    to: match.index + match[0].length,
  }))
  for (const [i, { word, from, to }] of tokens.entries()) {
    const next = tokens[i + 1]
    const two = next !== undefined && /^\s+$/.test(line.slice(to, next.from)) ? `${word} ${next.word}` : ''
    const phrase = isPhrase(two) ? two : null
    const suspicion = phrase === null ? suspicionOf(word) : 'strong'
    if (suspicion === 'none') continue
    const end = phrase === null ? to : next!.to
    const at = judge({
      line,
      from,
      end,
      word: phrase ?? word,
      isStrong: suspicion === 'strong',
      kind,
      isOneOfMany,
    })
    if (at !== null) return optionAt === null ? at : Math.min(at, optionAt)
  }
  return optionAt
}

interface Found {
  readonly line: string
  readonly from: number
  readonly end: number
  readonly word: string
  readonly isStrong: boolean
  readonly kind: TextKind
  readonly isOneOfMany: boolean
}

function judge({ line, from, end, word, isStrong, kind, isOneOfMany }: Found): number | null {
  const [before, after] = [line.slice(0, from), line.slice(end)]
  const separator = SEPARATOR.exec(after)?.[0]
  if (separator !== undefined) return separator.length < after.length || isOneOfMany ? end + separator.length : null
  if (/(?:^|\s)--?\w*$/.test(before) && after.trim() !== '') return end + 1
  if (isOneOfMany && line.trim() === word) return end
  if (kind === 'name') return null
  if (OPENING.test(before) && IN_QUOTES.test(after) && (isOneOfMany || (before + after).length > 2)) return 0
  const others = wordsOf(`${before} ${after}`)
    .split(' ')
    .filter((one) => one !== '')
  if (isStrong) return isCompound(word) || others.every((one) => COMPANIONS.test(one)) ? null : 0
  // `pass k1`, `pin 4711`: with a figure behind it a word of two meanings has this one.
  const isLast = isSecretName(wordsOf(word).split(' ').at(-1)!)
  return isLast && /^\s+\S*[\d!@#$%^&*+=~]/.test(after) ? 0 : null
}

/** `token-service` is a service. */
function isCompound(word: string): boolean {
  const words = wordsOf(word)
    .split(' ')
    .filter((one) => !/^\d+$/.test(one))
  return words.length > 1 && COMPANIONS.test(words.at(-1)!)
}
