import type { CodeTable } from '../columns/code-table.ts'
import { KEY_WORDS } from '../columns/code-table.ts'

/** Host row of a domain row. */
export function hostRowOf(domains: CodeTable, row: number): number {
  return domains.keys[row * KEY_WORDS]!
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0')
}

/** UUID of a domain row in canonical lower-case form. */
export function uuidOfRow(domains: CodeTable, row: number): string {
  const at = row * KEY_WORDS + 1
  const text =
    hex(domains.keys[at]!) + hex(domains.keys[at + 1]!) + hex(domains.keys[at + 2]!) + hex(domains.keys[at + 3]!)
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`
}

/**
 * Row of a domain by the name of its host and its UUID; -1 when there is none. Looks through all rows, at four words
 * each.
 */
export function findDomainRow(domains: CodeTable, hosts: CodeTable, host: string, uuid: string): number {
  const names = hosts.text('name')
  const digits = uuid.replaceAll('-', '')
  const words = [0, 8, 16, 24].map((at) => Number.parseInt(digits.slice(at, at + 8), 16))
  for (let row = 0; row < domains.rowLimit; row++) {
    const at = row * KEY_WORDS + 1
    if (words.some((word, index) => domains.keys[at + index] !== word)) continue
    if (domains.isAlive(row) && names?.get(hostRowOf(domains, row)) === host) return row
  }
  return -1
}
