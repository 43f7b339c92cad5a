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
