/**
 * The constant words of a layout, two by two.
 *
 * @remarks Comparing two words as one double halves the comparisons. It is exact: where the double would be NaN or zero
 * (which equals minus zero), the words are compared one by one, and any other double equals no other bits.
 */
export interface ConstantWords {
  /** Places of pairs, in bytes from the start of their segment. */
  readonly pairAt: Int32Array
  readonly pair: Float64Array
  /** By segment: end of its pairs, always a multiple of {@link PAIRS_AT_ONCE}: the last pair is repeated up to there. */
  readonly pairEnd: Int32Array
  /** Places of the words left over, in words from the start of their segment. */
  readonly wordAt: Int32Array
  readonly word: Uint32Array
  readonly wordEnd: Int32Array
}

/** Pairs that are compared in one turn of the loop. */
export const PAIRS_AT_ONCE = 8

/**
 * Pairs the constants of each segment. A word that is left over between values is paired with the one before it again.
 *
 * @param at - Places of the constants, rising within each segment.
 * @param end - By segment: end of its constants.
 */
export function pairConstants(at: readonly number[], words: Uint32Array, end: readonly number[]): ConstantWords {
  const pairs: number[] = []
  const pairAt: number[] = []
  const pairEnd: number[] = []
  const singles: number[] = []
  const wordAt: number[] = []
  const wordEnd: number[] = []
  const pushPair = (first: number): void => {
    pairs.push(doubleOf(words[first]!, words[first + 1]!))
    pairAt.push(at[first]! * 4)
  }
  let from = 0
  for (const limit of end) {
    const isPair = (first: number): boolean =>
      first >= from &&
      first + 1 < limit &&
      at[first + 1] === at[first]! + 1 &&
      isExact(words[first]!, words[first + 1]!)
    for (let i = from; i < limit; i++) {
      if (isPair(i)) pushPair(i++)
      else if (isPair(i - 1)) pushPair(i - 1)
      else {
        singles.push(words[i]!)
        wordAt.push(at[i]!)
      }
    }
    while (pairs.length % PAIRS_AT_ONCE !== 0) {
      pairs.push(pairs.at(-1)!)
      pairAt.push(pairAt.at(-1)!)
    }
    pairEnd.push(pairs.length)
    wordEnd.push(singles.length)
    from = limit
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

/** Whether two words as a double equal only themselves. */
function isExact(first: number, second: number): boolean {
  const value = doubleOf(first, second)
  return value !== 0 && !Number.isNaN(value)
}

/** The words of a reply, and a view of the same bytes: unlike an array, it gives doubles from any word on. */
export class ReplyWords {
  readonly words: Uint32Array
  readonly view: DataView

  constructor(words: Uint32Array) {
    this.words = words
    this.view = new DataView(words.buffer, words.byteOffset, words.byteLength)
  }
}

/** Stands for the reply between two. */
export const NO_REPLY = new ReplyWords(new Uint32Array(0))
