import type { LinkTemplate } from '../http/tool-links.ts'
import { PLACEHOLDERS } from '../http/tool-links.ts'
import { configError } from './config-error.ts'
import { knownKeys } from './nearest.ts'

const MAX_LINKS = 12
const MAX_LABEL_LENGTH = 32
const MAX_URL_LENGTH = 2000
const NAMES = PLACEHOLDERS.map((name) => `{${name}}`).join(', ')
const REMEDY = 'Write {"label": "Grafana", "url": "https://grafana.example.org/d/vm?var-uuid={uuid}"}.'
/** Scheme and authority, and what follows. */
const PARTS = /^([a-z][a-z0-9+.-]*:)\/\/([^/?#\\]*)/i

/**
 * Reads the links to other tools.
 *
 * @throws DomscopeError `BAD_CONFIG` that names the place in the file, what is wrong and what to write.
 */
export function readLinks(value: unknown, where: string): readonly LinkTemplate[] {
  if (!Array.isArray(value)) throw configError(where, 'this must be a list', `Write [ … ]. ${REMEDY}`)
  if (value.length > MAX_LINKS) throw configError(where, `there are at most ${MAX_LINKS} links`, 'Leave some out.')
  const links = value.map((one: unknown, index) => readTemplate(one, `${where}[${index}]`))
  const labels = links.map(({ label }) => label)
  const twice = labels.findIndex((label, index) => labels.indexOf(label) !== index)
  if (twice < 0) return links
  throw configError(`${where}[${twice}].label`, `"${labels[twice]}" is there twice`, 'Give each link its own label.')
}

function readTemplate(value: unknown, where: string): LinkTemplate {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw configError(where, 'this must be an object', REMEDY)
  }
  for (const key of Object.keys(value)) {
    if (key !== 'label' && key !== 'url')
      throw configError(`${where}: ${key}`, 'there is no such key', knownKeys(key, ['label', 'url']))
  }
  const { label, url } = value as Readonly<Record<string, unknown>>
  return { label: readLabel(label, `${where}.label`), url: readUrl(url, `${where}.url`) }
}

function readLabel(value: unknown, where: string): string {
  const isWord = typeof value === 'string' && value.trim() !== '' && value.length <= MAX_LABEL_LENGTH
  if (isWord && !/\p{C}/u.test(value)) return value.trim()
  throw configError(where, `this must be text of 1 to ${MAX_LABEL_LENGTH} characters`, REMEDY)
}

function readUrl(value: unknown, where: string): string {
  if (typeof value !== 'string' || value === '') throw configError(where, 'a link needs an address', REMEDY)
  if (value.length > MAX_URL_LENGTH) {
    throw configError(where, `this is longer than ${MAX_URL_LENGTH} characters`, 'Write a shorter address.')
  }
  // Browsers drop such characters, so that one could read here as another address than they go to.
  if (/[\s\p{C}]/u.test(value)) {
    throw configError(where, 'an address has no blanks and no control characters', 'Write %20 for a blank.')
  }
  checkPlaceholders(value, where)
  const [, scheme = '', authority = ''] = PARTS.exec(value) ?? []
  if (!/^https?:$/i.test(scheme)) {
    throw configError(where, 'a link begins with http:// or https://', 'Write the whole address of the tool.')
  }
  // Browsers would take the first part of the path for the server.
  if (authority === '') throw configError(where, 'a link names its server after the two slashes', REMEDY)
  checkAuthority(authority, where)
  if (!URL.canParse(value.replaceAll(/\{\w+\}/g, 'x'))) {
    throw configError(where, `${JSON.stringify(value)} is no address`, 'Write the whole address of the tool.')
  }
  return value
}

function checkPlaceholders(url: string, where: string): void {
  for (const [placeholder] of url.matchAll(/\{[^{}]*\}?|\}/g)) {
    if (PLACEHOLDERS.some((name) => placeholder === `{${name}}`)) continue
    throw configError(
      where,
      `${JSON.stringify(placeholder)} is no placeholder`,
      `There is ${NAMES}. Write %7B and %7D for braces that belong to the address.`,
    )
  }
}

function checkAuthority(authority: string, where: string): void {
  if (authority.includes('@')) {
    throw configError(
      where,
      'an address with user name or password would tell it to everybody who looks at a domain',
      'Let the other tool ask for its own login.',
    )
  }
  const chosen = PLACEHOLDERS.find((name) => name !== 'host' && authority.includes(`{${name}}`))
  if (chosen === undefined) return
  throw configError(
    where,
    `{${chosen}} stands in the name of the server, and those who name domains would choose where it leads`,
    'Before the path, only {host} may stand.',
  )
}
