import { decodeTable } from '../../columns/encodings.ts'
import type { Encoding } from '../../metrics/types.ts'

/**
 * A *level* is a cell code as a whole number whose order is that of the values: what pages store differences of. From
 * -0x7fff to 0xffef; the two below mean what the reserved codes mean.
 */
export const UNKNOWN_LEVEL = 0x7fffffff
export const RESET_LEVEL = 0x7ffffffe

/** Encodings that history keeps: those with 16 bits that are numbers. */
export type LevelEncoding = Extract<Encoding, 'ufloat16' | 'sfloat16' | 'u16'>

const FIRST_RESERVED = 0xfff0
const RESET_CODE = 0xfffe
const SIGN = 0x8000

export function isKept(encoding: Encoding): encoding is LevelEncoding {
  return encoding === 'ufloat16' || encoding === 'sfloat16' || encoding === 'u16'
}

/** Level of a 16-bit cell code. */
export function levelOf(encoding: LevelEncoding, code: number): number {
  if (code >= FIRST_RESERVED) return code === RESET_CODE ? RESET_LEVEL : UNKNOWN_LEVEL
  return encoding === 'sfloat16' && code >= SIGN ? SIGN - code : code
}

/** Whether a level is a number. */
export function isNumber(level: number): boolean {
  return level < RESET_LEVEL
}

/**
 * Values by level of one encoding, for levels of 0 and more; those of the others are the same with the other sign.
 *
 * @remarks For loops over many series, where a call for each value would be most of the work.
 */
export function levelTable(encoding: LevelEncoding): Float64Array {
  // A table exists for all encodings of 16 bits.
  return decodeTable(encoding) ?? new Float64Array()
}

/**
 * Reads levels of one encoding as values; NaN for what is no number.
 *
 * @remarks The lookup is chosen once: it runs for every value that a chart shows.
 */
export function levelReader(encoding: LevelEncoding): (level: number) => number {
  const table = levelTable(encoding)
  if (encoding !== 'sfloat16') return (level) => table[level] ?? Number.NaN
  return (level) => (level < 0 ? -(table[-level] ?? Number.NaN) : (table[level] ?? Number.NaN))
}
