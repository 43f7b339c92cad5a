import type { CodeColumn } from '../../columns/code-column.ts'
import type { CodeTable } from '../../columns/code-table.ts'
import { KEY_WORDS } from '../../columns/code-table.ts'
import type { Dictionary } from '../../columns/dictionary.ts'
import type { TextColumn } from '../../columns/text-column.ts'
import { MAX_TEXT_BYTES } from '../wire/protocol.ts'
import { wireText, writeUtf8 } from '../wire/utf8.ts'
import { wireRowLimit } from './diff.ts'

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
  const scratch = new Uint8Array(MAX_TEXT_BYTES)
  const limit = wireRowLimit(table)
  for (let row = 0; row < limit; row++) if (table.isAlive(row)) sum = mixText(mix(sum, row), column.get(row), scratch)
  return sum
}

/** Checksum of the words of a dictionary, as they travel. */
export function wordsChecksum(dictionary: Dictionary): number {
  let sum = SEED
  const scratch = new Uint8Array(MAX_TEXT_BYTES)
  for (const word of dictionary.words) sum = mixText(sum, word, scratch)
  return sum
}

function mixText(start: number, text: string, scratch: Uint8Array): number {
  const length = writeUtf8(wireText(text), scratch, 0)
  let sum = mix(start, length)
  for (let i = 0; i < length; i++) sum = mix(sum, scratch[i]!)
  return sum
}
