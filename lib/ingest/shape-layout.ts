import { paddedWords, swap32 } from './swap.ts'

/**
 * Where the words of a record of one shape lie.
 *
 * @remarks Strings are the only values of varying length, so a record falls into *segments*: the words up to and
 * without a string's length word, and after it again. Within a segment every position is fixed, relative to its
 * start. That turns comparing and copying into flat loops over position lists.
 */
export interface ShapeLayout {
  /** One more than there are strings. */
  readonly segments: number
  /** By segment: end of its constant words in `constAt` and `constWord`. */
  readonly constEnd: Int32Array
  /** Positions of constant words, relative to their segment's start. */
  readonly constAt: Int32Array
  readonly constWord: Uint32Array
  /** By segment: end of its value words in `valueAt`. */
  readonly valueEnd: Int32Array
  /** Positions of the words of fixed-size values, relative to their segment's start, in slab order. */
  readonly valueAt: Int32Array
  /** By segment: its length in words. */
  readonly words: Int32Array
  /** By field: its segment, and the position of its value in it. A string's value starts the gap after its segment. */
  readonly fieldSegment: Int32Array
  readonly fieldAt: Int32Array
}

/** Lays out the fields of a shape: constant words by field, and words of value (0 for a string). */
export function layOut(template: Uint32Array, constWords: Uint16Array, valueWords: Uint8Array): ShapeLayout {
  const constAt: number[] = []
  const valueAt: number[] = []
  const constEnd: number[] = []
  const valueEnd: number[] = []
  const words: number[] = []
  const fieldSegment = new Int32Array(constWords.length)
  const fieldAt = new Int32Array(constWords.length)
  let at = 0
  const close = (): void => {
    constEnd.push(constAt.length)
    valueEnd.push(valueAt.length)
    words.push(at)
    at = 0
  }
  constWords.forEach((count, field) => {
    for (let i = 0; i < count; i++) constAt.push(at++)
    fieldSegment[field] = words.length
    fieldAt[field] = at
    for (let i = 0; i < valueWords[field]!; i++) valueAt.push(at++)
    if (valueWords[field] === 0) close()
  })
  close()
  return {
    segments: words.length,
    constEnd: Int32Array.from(constEnd),
    constAt: Int32Array.from(constAt),
    constWord: template,
    valueEnd: Int32Array.from(valueEnd),
    valueAt: Int32Array.from(valueAt),
    words: Int32Array.from(words),
    fieldSegment,
    fieldAt,
  }
}

/**
 * Compares a record's parameters with a layout and with the strings that a row had before.
 *
 * @param stringsAt - Where the row's strings start in `pool`.
 * @param bases - Filled with the position at which each segment starts.
 * @returns Position after the last parameter; -1 when anything differs.
 */
export function matchLayout(
  layout: ShapeLayout,
  words: Uint32Array,
  from: number,
  end: number,
  pool: Uint32Array,
  stringsAt: number,
  bases: Int32Array,
): number {
  const { segments, constEnd, constAt, constWord } = layout
  let base = from
  let known = stringsAt
  let i = 0
  for (let segment = 0; ; segment++) {
    const limit = constEnd[segment]!
    // Reading past the end gives undefined, which equals no word.
    for (; i < limit; i++) if (words[base + constAt[i]!] !== constWord[i]) return -1
    bases[segment] = base
    base += layout.words[segment]!
    if (segment + 1 === segments) return base <= end ? base : -1
    const length = 1 + paddedWords(swap32(words[base] ?? 0))
    for (let j = 0; j < length; j++) if (words[base + j] !== pool[known + j]) return -1
    base += length
    known += length
  }
}

/** Copies the words of all fixed-size values of a matched record, one after another, to `to` in `slab`. */
export function copyValues(
  layout: ShapeLayout,
  words: Uint32Array,
  bases: Int32Array,
  slab: Uint32Array,
  to: number,
): void {
  const { segments, valueEnd, valueAt } = layout
  let i = 0
  for (let segment = 0; segment < segments; segment++) {
    const base = bases[segment]!
    for (const limit = valueEnd[segment]!; i < limit; i++) slab[to + i] = words[base + valueAt[i]!]!
  }
}
