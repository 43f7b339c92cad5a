import type { CodeColumn } from '../columns/code-column.ts'
import type { CodeTable } from '../columns/code-table.ts'
import { findMetric } from '../metrics/catalogue.ts'
import { foldText } from './fold.ts'
import { meansAddress, type Notations, notationsOf } from './notations.ts'
import { hostRowOf, uuidOfRow } from './row-uuid.ts'

/** Longest filter that is parsed, in UTF-16 units. */
export const MAX_FILTER_LENGTH = 1000

export interface FilterTerm {
  /** As {@link foldText} gives it. */
  readonly text: string
  /** What else the term may mean, written otherwise. */
  readonly notations: Notations
}

/**
 * A parsed filter: a row matches when every term stands in one of its name, title, UUID, host, project, owner, IP
 * addresses and MAC addresses; those and UUIDs in whatever notation.
 */
export interface Filter {
  readonly terms: readonly FilterTerm[]
}

export type ParsedFilter =
  | { readonly ok: true; readonly filter: Filter }
  /** `at` is the place of the fault, in UTF-16 units from the start. */
  | { readonly ok: false; readonly message: string; readonly at: number }

/** Texts, and columns of words, that plain words are looked up in, besides UUID and host. */
const SEARCHED_TEXTS = ['name', 'title', 'addresses'] as const
export const SEARCHED_WORDS = ['project', 'owner'] as const

const RESERVED = /[<>|()]/
const KEYED = /^-?([\p{L}%]+)[:=]/u
const TERM_KEYS = new Set(['name', 'uuid', 'host', 'state', 'project', 'owner', 'rack', 'site', 'storage', 'network'])

/**
 * Parses what stands in the filter box: words joined by AND, phrases in double quotes.
 *
 * @remarks Comparisons, `key:value`, `|` and parentheses are reserved for later. They are refused here, because a filter
 * that silently matches nothing is worse than an error; in quotes they are text.
 */
export function parseFilter(text: string): ParsedFilter {
  if (text.length > MAX_FILTER_LENGTH)
    return fault(`The filter is longer than ${MAX_FILTER_LENGTH} characters.`, MAX_FILTER_LENGTH)
  const terms: FilterTerm[] = []
  let at = 0
  while (at < text.length) {
    if (isSpace(text, at)) {
      at++
      continue
    }
    const end = text[at] === '"' ? text.indexOf('"', at + 1) : endOfWord(text, at)
    if (end === -1) return fault('The quote that opens here is not closed.', at)
    const quoted = text[at] === '"'
    const word = quoted ? text.slice(at + 1, end) : text.slice(at, end)
    const refused = quoted ? null : reservedIn(word, at)
    if (refused !== null) return refused
    if (word !== '') terms.push(term(word))
    at = quoted ? end + 1 : end
  }
  return { ok: true, filter: { terms } }
}

function fault(message: string, at: number): ParsedFilter {
  return { ok: false, message, at }
}

function isSpace(text: string, at: number): boolean {
  return text[at]!.trim() === ''
}

function endOfWord(text: string, start: number): number {
  let end = start
  while (end < text.length && text[end] !== '"' && !isSpace(text, end)) end++
  return end
}

function reservedIn(word: string, at: number): ParsedFilter | null {
  const sign = word.search(RESERVED)
  if (sign >= 0)
    return fault(`“${word[sign]}” is not supported in filters yet. Put the word in quotes to look for it.`, at + sign)
  const key = KEYED.exec(word)?.[1]
  if (key === undefined || !(TERM_KEYS.has(key) || findMetric(key) !== null)) return null
  return fault(`“${key}:” is not supported in filters yet. Put the word in quotes to look for it.`, at)
}

function term(word: string): FilterTerm {
  const text = foldText(word)
  return { text, notations: notationsOf(text) }
}

/**
 * Writes the living rows that match into `out`, in ascending order, and returns how many.
 *
 * @param out - Has room for `domains.rowLimit` rows.
 */
export function matchRows(filter: Filter, domains: CodeTable, hosts: CodeTable, out: Uint32Array): number {
  const { terms } = filter
  const addresses = domains.text('addresses')
  const texts = SEARCHED_TEXTS.flatMap((id) => domains.text(id) ?? [])
  const hostMatches = terms.map((one) => matchingHosts(one, hosts))
  const words = SEARCHED_WORDS.flatMap((id) => domains.column(id) ?? [])
  const wordMatches = terms.map((one) => words.map((column) => matchingWords(one, column, domains)))
  let count = 0
  for (let row = 0; row < domains.rowLimit; row++) {
    if (!domains.isAlive(row)) continue
    if (terms.length === 0 || matches(row)) out[count++] = row
  }
  return count

  function matches(row: number): boolean {
    const host = hostRowOf(domains, row)
    for (let i = 0; i < terms.length; i++) {
      const { text, notations } = terms[i]!
      if (hostMatches[i]![host] === 1 || inTexts(text, row) || inWords(wordMatches[i]!, row)) continue
      if (inUuid(notations, row) || meansAddress(notations, foldText(addresses?.get(row) ?? ''))) continue
      return false
    }
    return true
  }

  function inUuid({ uuid }: Notations, row: number): boolean {
    if (uuid === null) return false
    const canonical = uuidOfRow(domains, row)
    return (uuid.dashes ? canonical : canonical.replaceAll('-', '')).includes(uuid.text)
  }

  function inTexts(text: string, row: number): boolean {
    return texts.some((column) => foldText(column.get(row)).includes(text))
  }

  function inWords(found: readonly Uint8Array[], row: number): boolean {
    return found.some((codes, i) => codes[words[i]!.codes[row]!] === 1)
  }
}

/** Commit of the last change of anything that a filter looks at. */
export function searchedChangedAt(domains: CodeTable, hosts: CodeTable): number {
  let changedAt = Math.max(domains.rosterChangedAt, hosts.rosterChangedAt)
  for (const id of SEARCHED_TEXTS) changedAt = Math.max(changedAt, domains.text(id)?.lastChangedAt ?? 0)
  for (const id of SEARCHED_WORDS) changedAt = Math.max(changedAt, domains.column(id)?.lastChangedAt ?? 0)
  return changedAt
}

/** By code: 1 for the words of a dictionary column that hold the term. */
function matchingWords(term: FilterTerm, column: CodeColumn, table: CodeTable): Uint8Array {
  const words = table.dictionaries.get(column.number)?.words ?? []
  return Uint8Array.from({ length: words.length }, (_, code) =>
    foldText(words[code] ?? '').includes(term.text) ? 1 : 0,
  )
}

function matchingHosts(term: FilterTerm, hosts: CodeTable): Uint8Array {
  const found = new Uint8Array(hosts.rowLimit)
  const names = hosts.text('name')
  for (let row = 0; row < hosts.rowLimit; row++) {
    if (foldText(names?.get(row) ?? '').includes(term.text)) found[row] = 1
  }
  return found
}
