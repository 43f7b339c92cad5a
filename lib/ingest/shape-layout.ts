import { type ConstantWords, PAIRS_AT_ONCE, pairConstants, type ReplyWords } from './constant-words.ts'
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
  readonly constants: ConstantWords
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
    constants: pairConstants(constAt, template, constEnd),
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
 * @param from - Word at which the parameters start.
 * @param stringsAt - Where the row's strings start in `pool`.
 * @param bases - Filled with the position at which each segment starts.
 * @returns Position after the last parameter; -1 when anything differs.
 */
export function matchLayout(
  layout: ShapeLayout,
  reply: ReplyWords,
  from: number,
  pool: Uint32Array,
  stringsAt: number,
  bases: Int32Array,
): number {
  const { segments } = layout
  const { words, view } = reply
  const { pairAt: at, pair, pairEnd, wordAt, word, wordEnd } = layout.constants
  let base = from
  let known = stringsAt
  for (let segment = 0; ; segment++) {
    if (base + layout.words[segment]! > words.length) return -1
    const start = base * 4
    // Written out for PAIRS_AT_ONCE: the loop itself costs as much as a comparison.
    for (let i = segment === 0 ? 0 : pairEnd[segment - 1]!, end = pairEnd[segment]!; i < end; i += PAIRS_AT_ONCE) {
      if (
        view.getFloat64(start + at[i]!, true) !== pair[i] ||
        view.getFloat64(start + at[i + 1]!, true) !== pair[i + 1] ||
        view.getFloat64(start + at[i + 2]!, true) !== pair[i + 2] ||
        view.getFloat64(start + at[i + 3]!, true) !== pair[i + 3] ||
        view.getFloat64(start + at[i + 4]!, true) !== pair[i + 4] ||
        view.getFloat64(start + at[i + 5]!, true) !== pair[i + 5] ||
        view.getFloat64(start + at[i + 6]!, true) !== pair[i + 6] ||
        view.getFloat64(start + at[i + 7]!, true) !== pair[i + 7]
      ) {
        return -1
      }
    }
    for (let i = segment === 0 ? 0 : wordEnd[segment - 1]!, end = wordEnd[segment]!; i < end; i++) {
      if (words[base + wordAt[i]!] !== word[i]) return -1
    }
    bases[segment] = base
    base += layout.words[segment]!
    if (segment + 1 === segments) return base
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
