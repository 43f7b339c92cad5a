import type { CodeColumn } from '../columns/code-column.ts'
import type { CodeTable } from '../columns/code-table.ts'
import { KEY_WORDS } from '../columns/code-table.ts'
import type { TextColumn } from '../columns/text-column.ts'
import { wireRowLimit } from './diff.ts'
import { utf8Length, wireText, writeUtf8 } from './utf8.ts'

const SEED = 0x811c9dc5
const PRIME = 0x01000193

/** One step of the checksum: 32 bits in, 32 bits out. Table: docs/spec/sync.md, SY40. */
export function mix(sum: number, word: number): number {
  const product = Math.imul(sum ^ word, PRIME)
  // Without the shift a difference in the top bit would never reach the lower ones.
  return (product ^ (product >>> 15)) >>> 0
}

/** Checksum of the living rows and their keys. */
export function rosterChecksum(table: CodeTable): number {
  let sum = SEED
  const limit = wireRowLimit(table)
  for (let row = 0; row < limit; row++) {
    if (!table.isAlive(row)) continue
    sum = mix(sum, row)
    for (let word = 0; word < KEY_WORDS; word++) sum = mix(sum, table.keys[row * KEY_WORDS + word]!)
  }
  return sum
}

/** Checksum of a column over the living rows. */
export function columnChecksum(table: CodeTable, column: CodeColumn): number {
  let sum = SEED
  const limit = wireRowLimit(table)
  const { codes } = column
  for (let row = 0; row < limit; row++) {
    if (!table.isAlive(row)) continue
    sum = mix(mix(sum, row), codes[row]!)
  }
  return sum
}

/** Checksum of a text column over the living rows, of the bytes as they travel. */
export function textChecksum(table: CodeTable, column: TextColumn): number {
  let sum = SEED
  const limit = wireRowLimit(table)
  let bytes = new Uint8Array(256)
  for (let row = 0; row < limit; row++) {
    if (!table.isAlive(row)) continue
    const text = wireText(column.get(row))
    const length = utf8Length(text)
    if (length > bytes.length) bytes = new Uint8Array(length * 2)
    writeUtf8(text, bytes, 0)
    sum = mix(mix(sum, row), length)
    for (let i = 0; i < length; i++) sum = mix(sum, bytes[i]!)
  }
  return sum
}
