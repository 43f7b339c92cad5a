import type { Encoding } from '../metrics/types.ts'

/** Cell codes that are not values. 16-bit columns use these; `u32` columns the same with 16 more leading ones. */
export const UNKNOWN_16 = 0xffff
export const RESET_16 = 0xfffe
export const UNKNOWN_32 = 0xffffffff
export const RESET_32 = 0xfffffffe

const FIRST_RESERVED_16 = 0xfff0
const FIRST_RESERVED_32 = 0xfffffff0
const MANTISSA_BITS = 10
const BIAS = 16
const F32_BIAS = 127
const F32_DROPPED_BITS = 23 - MANTISSA_BITS
const HALF = 1 << (F32_DROPPED_BITS - 1)
const REBIAS = (F32_BIAS - BIAS) << MANTISSA_BITS
const MAX_SFLOAT_MAGNITUDE = 0x7fef

const float = new Float32Array(1)
const bits = new Uint32Array(float.buffer)

/**
 * Code of a value that is 0 or more: 6 bits of exponent, 10 of mantissa.
 *
 * @remarks The value is first rounded to a float32, then half up to 11 significant bits. Too large saturates, too
 * small and negative becomes 0, NaN becomes unknown.
 */
export function encodeUfloat16(value: number): number {
  if (!(value > 0)) return value <= 0 ? 0 : UNKNOWN_16
  float[0] = value
  const code = ((bits[0]! + HALF) >>> F32_DROPPED_BITS) - REBIAS
  if (code <= 0) return 0
  return code >= FIRST_RESERVED_16 ? FIRST_RESERVED_16 - 1 : code
}

const F64_BIAS = 1023
/** Bits of the mantissa in the high word of a double that the code does not keep. */
const F64_DROPPED_BITS = 20 - MANTISSA_BITS
const F64_HALF = 1 << (F64_DROPPED_BITS - 1)
const F64_REBIAS = (F64_BIAS - BIAS) << MANTISSA_BITS
const F64_DROPPED = (1 << F64_DROPPED_BITS) - 1

/**
 * Code of a value by the high word of its double alone, a third faster than {@link encodeUfloat16} where values lie in an
 * array; -1 when that word does not decide: for what is no ordinary number in range, and where rounding to a float32 may
 * carry.
 */
export function ufloat16OfHighWord(high: number): number {
  const code = ((high + F64_HALF) >> F64_DROPPED_BITS) - F64_REBIAS
  return code > 0 && code < FIRST_RESERVED_16 && (high & F64_DROPPED) !== F64_HALF - 1 ? code : -1
}

/** Code of a value of either sign: sign, 5 bits of exponent, 10 of mantissa; rounds as {@link encodeUfloat16}. */
export function encodeSfloat16(value: number): number {
  if (Number.isNaN(value)) return UNKNOWN_16
  const magnitude = Math.min(encodeUfloat16(Math.abs(value)), MAX_SFLOAT_MAGNITUDE)
  return magnitude === 0 ? 0 : value < 0 ? magnitude | 0x8000 : magnitude
}

function encodeU16(value: number): number {
  if (Number.isNaN(value)) return UNKNOWN_16
  return value <= 0 ? 0 : Math.min(Math.floor(value + 0.5), FIRST_RESERVED_16 - 1)
}

function encodeU32(value: number): number {
  if (Number.isNaN(value)) return UNKNOWN_32
  return value <= 0 ? 0 : Math.min(Math.floor(value + 0.5), FIRST_RESERVED_32 - 1)
}

/** The code of `value` in a column of this encoding. `dict16` takes the dictionary code itself. */
export function encodeCell(encoding: Encoding, value: number): number {
  switch (encoding) {
    case 'ufloat16':
      return encodeUfloat16(value)
    case 'sfloat16':
      return encodeSfloat16(value)
    case 'u32':
      return encodeU32(value)
    case 'u16':
    case 'dict16':
      return encodeU16(value)
  }
}

/** Least value that would round to the first reserved code of a float encoding: half a step above the greatest value. */
const UFLOAT_LIMIT = 2 ** (63 - BIAS) * (1 + (0x3f0 - 0.5) / 1024)
const SFLOAT_LIMIT = 2 ** (31 - BIAS) * (1 + (0x3f0 - 0.5) / 1024)

/** Whether {@link encodeCell} had to give another value than the nearest one: too large, or negative without a sign. */
export function isSaturated(encoding: Encoding, value: number): boolean {
  switch (encoding) {
    case 'ufloat16':
      return value < 0 || Math.fround(value) >= UFLOAT_LIMIT
    case 'sfloat16':
      return Math.fround(Math.abs(value)) >= SFLOAT_LIMIT
    case 'u32':
      return value < 0 || value >= FIRST_RESERVED_32 - 0.5
    case 'u16':
    case 'dict16':
      return value < 0 || value >= FIRST_RESERVED_16 - 0.5
  }
}

function ufloatValue(code: number): number {
  if (code === 0) return 0
  return 2 ** ((code >>> MANTISSA_BITS) - BIAS) * (1 + (code & 0x3ff) / 1024)
}

function buildTable(decode: (code: number) => number): Float64Array {
  const table = new Float64Array(0x10000).fill(Number.NaN)
  for (let code = 0; code < FIRST_RESERVED_16; code++) table[code] = decode(code)
  return table
}

const UFLOAT = buildTable(ufloatValue)
const SFLOAT = buildTable((code) => (code & 0x8000 ? -ufloatValue(code & 0x7fff) : ufloatValue(code)))
const U16 = buildTable((code) => code)

/** Values by code; reserved codes give NaN. Null for `u32`, which has no table: there the code is the value. */
export function decodeTable(encoding: Encoding): Float64Array | null {
  switch (encoding) {
    case 'ufloat16':
      return UFLOAT
    case 'sfloat16':
      return SFLOAT
    case 'u16':
    case 'dict16':
      return U16
    case 'u32':
      return null
  }
}

/** The value of a cell code; NaN for unknown and reset. */
export function decodeCell(encoding: Encoding, code: number): number {
  const table = decodeTable(encoding)
  if (table !== null) return table[code] ?? Number.NaN
  return code >= FIRST_RESERVED_32 ? Number.NaN : code
}

/** The code that means *unknown* in this encoding. */
export function unknownCode(encoding: Encoding): number {
  return encoding === 'u32' ? UNKNOWN_32 : UNKNOWN_16
}
