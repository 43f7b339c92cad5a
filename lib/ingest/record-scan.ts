import { DomscopeError } from '../errors/domscope-error.ts'
import type { StatGroup } from '../metrics/types.ts'
import { decodeUtf8 } from '../xdr/utf8.ts'
import { parseFieldPath } from './field-path.ts'
import { ParamType, wordsOfType } from './param-type.ts'
import { paddedWords, swap32 } from './swap.ts'

/** Most typed parameters in one record that libvirt can send. */
const MAX_PARAMS = 262_144
/** Longest field name accepted; libvirt's own limit is 79 bytes. */
const MAX_NAME_BYTES = 1024
const MAX_STRING_BYTES = 4_194_304
/** A name's length word, four bytes of name, a type word, one word of value. */
const MIN_PARAM_WORDS = 3
/** FNV-1a over words. */
const HASH_SEED = 0x811c9dc5
const HASH_PRIME = 0x01000193

function reject(code: string, what: string, detail: Record<string, number>): never {
  throw new DomscopeError(code, `bulk statistics reply: ${what}`, { radius: 'reply', detail })
}

/**
 * The general reading of one record: used when its shape is new to the row, and to prove the fast one right.
 *
 * @remarks Reused from record to record; every bound is checked before it is used, so hostile input ends in a
 * DomscopeError of radius *reply*.
 */
export class RecordScan {
  count = 0
  types = new Uint8Array(64)
  /** Word position of a parameter, and of its value. */
  paramAt = new Int32Array(64)
  valueAt = new Int32Array(64)
  private words: Uint32Array = new Uint32Array(0)
  hash = 0

  /**
   * Walks `count` parameters from `from`.
   *
   * @returns Position after the last one.
   * @throws DomscopeError `STATS_COUNT`, `STATS_BOUNDS`, `STATS_NAME`, `STATS_STRING`, `STATS_PADDING`, `STATS_TYPE`.
   */
  scan(words: Uint32Array, from: number, end: number, count: number): number {
    if (count > MAX_PARAMS || count * MIN_PARAM_WORDS > end - from) {
      reject('STATS_COUNT', `${count} parameters cannot fit into ${end - from} words`, { count })
    }
    this.words = words
    this.count = count
    this.hash = HASH_SEED
    this.reserve(count)
    let at = from
    for (let field = 0; field < count; field++) at = this.scanParam(field, at, end)
    return at
  }

  private scanParam(field: number, from: number, end: number): number {
    const words = this.words
    const nameBytes = swap32(words[from] ?? 0)
    if (nameBytes > MAX_NAME_BYTES) reject('STATS_NAME', `a field name of ${nameBytes} bytes`, { field, nameBytes })
    const typeAt = from + 1 + paddedWords(nameBytes)
    if (typeAt + 2 > end) reject('STATS_BOUNDS', 'a parameter runs past the end', { field })
    checkPadding(words, from, nameBytes)
    const type = swap32(words[typeAt]!)
    if (type < ParamType.Int || type > ParamType.String) {
      reject('STATS_TYPE', `typed parameter ${field} has type ${type}; known are 1 to 7`, { field, type })
    }
    this.paramAt[field] = from
    this.types[field] = type
    this.valueAt[field] = typeAt + 1
    this.addToHash(from, typeAt + 1)
    const size = type === ParamType.String ? this.stringWords(field, typeAt + 1, end) : wordsOfType(type)
    if (typeAt + 1 + size > end) reject('STATS_BOUNDS', 'a value runs past the end', { field })
    return typeAt + 1 + size
  }

  private addToHash(from: number, to: number): void {
    for (let at = from; at < to; at++) this.hash = Math.imul(this.hash ^ this.words[at]!, HASH_PRIME)
  }

  /** Forgets the parameters that are not of a stat group: the record reads as if it had never held them. */
  keepOnly(group: StatGroup): void {
    let kept = 0
    this.hash = HASH_SEED
    for (let field = 0; field < this.count; field++) {
      if (parseFieldPath(this.name(field)).group !== group) continue
      this.types[kept] = this.types[field]!
      this.paramAt[kept] = this.paramAt[field]!
      this.valueAt[kept] = this.valueAt[field]!
      this.addToHash(this.paramAt[kept]!, this.valueAt[kept]!)
      kept++
    }
    this.count = kept
  }

  private stringWords(field: number, at: number, end: number): number {
    const bytes = swap32(this.words[at]!)
    if (bytes > MAX_STRING_BYTES) reject('STATS_STRING', `a string of ${bytes} bytes`, { field, bytes })
    const size = 1 + paddedWords(bytes)
    if (at + size > end) reject('STATS_BOUNDS', 'a string runs past the end', { field, bytes })
    checkPadding(this.words, at, bytes)
    return size
  }

  /** Words of name and type of a field. */
  constWords(field: number): number {
    return this.valueAt[field]! - this.paramAt[field]!
  }

  /** All constant words, one field after another: the template of a shape. */
  constants(): Uint32Array {
    let total = 0
    for (let field = 0; field < this.count; field++) total += this.constWords(field)
    const template = new Uint32Array(total)
    let at = 0
    for (let field = 0; field < this.count; field++) {
      template.set(this.words.subarray(this.paramAt[field]!, this.valueAt[field]!), at)
      at += this.constWords(field)
    }
    return template
  }

  /** Whether the constant words are those of a template: then names and types are, too, one by one. */
  hasConstants(template: Uint32Array): boolean {
    const { words, paramAt, valueAt } = this
    let at = 0
    for (let field = 0; field < this.count; field++) {
      for (let word = paramAt[field]!; word < valueAt[field]!; word++) {
        // Past the end of the template is undefined, which equals no word.
        if (words[word] !== template[at++]) return false
      }
    }
    return at === template.length
  }

  name(field: number): string {
    return textAt(this.words, this.paramAt[field]!)
  }

  /** Words of a value, a string's length word included. */
  sizeOf(field: number): number {
    const type = this.types[field]!
    return type === ParamType.String ? 1 + paddedWords(swap32(this.words[this.valueAt[field]!]!)) : wordsOfType(type)
  }

  private reserve(count: number): void {
    if (count <= this.types.length) return
    const size = Math.max(count, this.types.length * 2)
    this.types = new Uint8Array(size)
    this.paramAt = new Int32Array(size)
    this.valueAt = new Int32Array(size)
  }
}

/** XDR pads with zero bytes; anything else means that the reader lost its place. */
function checkPadding(words: Uint32Array, lengthAt: number, bytes: number): void {
  const rest = bytes & 3
  if (rest === 0) return
  const last = swap32(words[lengthAt + paddedWords(bytes)]!)
  if ((last & (0xffffffff >>> (rest * 8))) !== 0) {
    reject('STATS_PADDING', 'padding bytes are not zero', { word: lengthAt })
  }
}

/** Reads the string whose length word is at `at`, as UTF-8; wrong bytes become U+FFFD. The bounds were checked. */
export function textAt(words: Uint32Array, at: number): string {
  const length = swap32(words[at]!)
  return decodeUtf8(new Uint8Array(words.buffer, words.byteOffset + (at + 1) * 4, length))
}
