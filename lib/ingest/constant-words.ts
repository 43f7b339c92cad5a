/**
 * The constant words of a layout, two by two where they lie so that two make an aligned double.
 *
 * @remarks Comparing doubles halves the comparisons. It is exact: a pair whose double would be NaN or zero (which equals
 * minus zero) is left as two words, and any other double equals no other bits. Records start at any word, so each
 * layout has its constants for even and for odd starts.
 */
export interface ConstantWords {
  /** Places of pairs, in doubles from the double in which their segment starts. */
  readonly pairAt: Int32Array
  readonly pair: Float64Array
  /** By segment: end of its pairs. */
  readonly pairEnd: Int32Array
  /** Places of the words left over, in words from the start of their segment. */
  readonly wordAt: Int32Array
  readonly word: Uint32Array
  readonly wordEnd: Int32Array
}

/**
 * Pairs constants for segments that start at an even (0) or odd (1) word.
 *
 * @param at - Places of the constants, rising within each segment.
 * @param end - By segment: end of its constants.
 */
export function pairConstants(
  parity: 0 | 1,
  at: readonly number[],
  words: Uint32Array,
  end: readonly number[],
): ConstantWords {
  const pairs: number[] = []
  const pairAt: number[] = []
  const pairEnd: number[] = []
  const singles: number[] = []
  const wordAt: number[] = []
  const wordEnd: number[] = []
  let i = 0
  for (const limit of end) {
    while (i < limit) {
      const place = at[i]!
      const value = i + 1 < limit && at[i + 1] === place + 1 ? doubleOf(words[i]!, words[i + 1]!) : 0
      if ((place + parity) % 2 === 0 && value !== 0 && !Number.isNaN(value)) {
        pairs.push(value)
        pairAt.push((place + parity) / 2)
        i += 2
      } else {
        singles.push(words[i++]!)
        wordAt.push(place)
      }
    }
    pairEnd.push(pairs.length)
    wordEnd.push(singles.length)
  }
  return {
    pairAt: Int32Array.from(pairAt),
    pair: Float64Array.from(pairs),
    pairEnd: Int32Array.from(pairEnd),
    wordAt: Int32Array.from(wordAt),
    word: Uint32Array.from(singles),
    wordEnd: Int32Array.from(wordEnd),
  }
}

const double = new Float64Array(1)
const halves = new Uint32Array(double.buffer)

function doubleOf(first: number, second: number): number {
  halves[0] = first
  halves[1] = second
  return double[0]!
}

/** The words of a reply, and the same bytes as aligned doubles. */
export class ReplyWords {
  readonly words: Uint32Array
  readonly doubles: Float64Array
  /** 1 when the first word is the second half of a double. */
  readonly odd: number

  constructor(words: Uint32Array) {
    const { buffer, byteOffset, length } = words
    this.words = words
    this.odd = (byteOffset / 4) % 2
    this.doubles = new Float64Array(buffer, byteOffset - this.odd * 4, (length + this.odd) >> 1)
  }
}
