import { swap32 } from './swap.ts'

const TWO_POW_32 = 4_294_967_296

/** Typed parameter types, as on the wire. */
export const ParamType = { Int: 1, Uint: 2, Llong: 3, Ullong: 4, Double: 5, Boolean: 6, String: 7 } as const

/** Words of a value on the wire; 0 for strings, whose length is in the value. */
export function wordsOfType(type: number): number {
  switch (type) {
    case ParamType.Llong:
    case ParamType.Ullong:
    case ParamType.Double:
      return 2
    case ParamType.String:
      return 0
    default:
      return 1
  }
}

/**
 * A fixed-size value as a double.
 *
 * @remarks Exact up to 2^53; the slab keeps what is beyond. Doubles are not read here: no catalogue gauge is one.
 * @param at - Position of the value's first word, native order over the wire's bytes.
 */
export function wireNumber(type: number, words: Uint32Array, at: number): number {
  const first = swap32(words[at]!)
  switch (type) {
    case ParamType.Uint:
    case ParamType.Boolean:
      return first
    case ParamType.Llong:
      return (first | 0) * TWO_POW_32 + swap32(words[at + 1]!)
    case ParamType.Ullong:
      return first * TWO_POW_32 + swap32(words[at + 1]!)
    default:
      return first | 0
  }
}
