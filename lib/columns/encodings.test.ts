import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Encoding } from '../metrics/types.ts'
import {
  decodeCell,
  decodeTable,
  encodeCell,
  encodeSfloat16,
  encodeUfloat16,
  isSaturated,
  RESET_16,
  RESET_32,
  UNKNOWN_16,
  UNKNOWN_32,
  ufloat16OfHighWord,
  unknownCode,
} from './encodings.ts'

const FIRST_RESERVED = 0xfff0
const MAX_UFLOAT = 2 ** 47 * (1 + 0x3ef / 1024)
const MAX_SFLOAT = 2 ** 15 * (1 + 0x3ef / 1024)

/** A finite double of 0 or more as `mantissa * 2^exponent`, exact. */
function parts(value: number): { mantissa: bigint; exponent: number } {
  let exponent = 0
  let scaled = value
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    exponent--
  }
  return { mantissa: BigInt(scaled), exponent }
}

/** The code by its definition, in integers: 2^(e-16) · (1 + m/1024), half up, from the value as a float32. */
function naiveUfloat16(value: number): number {
  const float = Math.fround(value)
  if (float === Number.POSITIVE_INFINITY) return FIRST_RESERVED - 1
  const { mantissa, exponent } = parts(float)
  if (mantissa === 0n) return 0
  // The place of the highest bit is the power of two of the value.
  const power = mantissa.toString(2).length - 1 + exponent
  // 1024 · value / 2^power, doubled and one added, halved and cut off: rounded half up.
  const shift = 11 + exponent - power
  const doubled = shift >= 0 ? mantissa << BigInt(shift) : mantissa >> BigInt(-shift)
  const rounded = Number((doubled + 1n) >> 1n)
  const code = (power + 16) * 1024 + (rounded - 1024)
  return Math.max(0, Math.min(code, FIRST_RESERVED - 1))
}

describe('the high word of a double', () => {
  const double = new DataView(new ArrayBuffer(8))
  const highOf = (value: number) => {
    double.setFloat64(0, value)
    return double.getInt32(0)
  }

  it('gives the code that the value itself gets, or leaves it to the value (seed 12)', () => {
    const anyBits = fc.tuple(fc.nat(0xffff_ffff), fc.nat(0xffff_ffff)).map(([high, low]) => {
      double.setUint32(0, high)
      double.setUint32(4, low)
      return double.getFloat64(0)
    })
    // Values of the range, with the low bits that make rounding to a float32 carry: all ones.
    const carrying = fc
      .tuple(fc.integer({ min: 1023 - 18, max: 1023 + 49 }), fc.nat(0xf_ffff), fc.nat(0xff))
      .map(([exponent, mantissa, low]) => {
        double.setUint32(0, ((exponent << 20) | mantissa | (low & 1 ? 0x1ff : 0)) >>> 0)
        double.setUint32(4, (0xffff_ff00 | low) >>> 0)
        return double.getFloat64(0)
      })
    const metric = fc.double({ min: 0, max: 1e15, noNaN: true })
    fc.assert(
      fc.property(fc.oneof(anyBits, carrying, metric), (value) => {
        const code = ufloat16OfHighWord(highOf(value))
        if (code === -1) return
        expect(code).toBe(encodeUfloat16(value))
        expect(isSaturated('ufloat16', value)).toBe(false)
      }),
      { seed: 12, numRuns: 20_000 },
    )
  })

  it('decides nearly every value of the range, and nothing beyond', () => {
    let decided = 0
    for (let i = 0; i < 10_000; i++) if (ufloat16OfHighWord(highOf(1e-3 + i * 977.123)) >= 0) decided++
    expect(decided).toBeGreaterThan(9_950)
    for (const value of [0, -0, -1, 1e-9, 1e18, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]) {
      expect(ufloat16OfHighWord(highOf(value)), String(value)).toBe(-1)
    }
  })
})

describe('ufloat16', () => {
  it('gives back every code that it decodes', () => {
    for (let code = 0; code < FIRST_RESERVED; code++) {
      const value = decodeCell('ufloat16', code)
      if (encodeUfloat16(value) !== code) expect({ code, value, encoded: encodeUfloat16(value) }).toBe(null)
    }
  })

  it('decodes by its definition, and nothing from reserved codes', () => {
    expect(decodeCell('ufloat16', 0)).toBe(0)
    expect(decodeCell('ufloat16', 16 * 1024)).toBe(1)
    expect(decodeCell('ufloat16', 16 * 1024 + 512)).toBe(1.5)
    expect(decodeCell('ufloat16', 1)).toBe(2 ** -16 * (1 + 1 / 1024))
    expect(decodeCell('ufloat16', FIRST_RESERVED - 1)).toBe(MAX_UFLOAT)
    for (let code = FIRST_RESERVED; code <= 0xffff; code++) expect(decodeCell('ufloat16', code)).toBeNaN()
  })

  it('grows with its code', () => {
    const table = decodeTable('ufloat16')!
    for (let code = 1; code < FIRST_RESERVED; code++) expect(table[code]! > table[code - 1]!).toBe(true)
  })

  it('rounds half up exactly in the middle of two codes', () => {
    for (let code = 0; code < FIRST_RESERVED - 1; code++) {
      const low = code === 0 ? 2 ** -16 : decodeCell('ufloat16', code)
      const middle = (low + decodeCell('ufloat16', code + 1)) / 2
      const below = middle * (1 - 2 ** -23)
      if (encodeUfloat16(middle) !== code + 1 || encodeUfloat16(below) !== code) {
        expect({ code, middle: encodeUfloat16(middle), below: encodeUfloat16(below) }).toBe(null)
      }
    }
  })

  it('agrees with a model in big integers', () => {
    const exponent = fc.integer({ min: -30, max: 60 })
    const mantissa = fc.double({ min: 1, max: 2, noNaN: true })
    const values = fc.oneof(
      fc.tuple(mantissa, exponent).map(([m, e]) => m * 2 ** e),
      fc.integer({ min: 0, max: 1 << 30 }).map((n) => n / 2048),
      fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    )
    fc.assert(
      fc.property(values, (value) => {
        expect(encodeUfloat16(value)).toBe(naiveUfloat16(value))
      }),
      { seed: 16, numRuns: 3000 },
    )
  })

  it('is right to one part in 2,000', () => {
    fc.assert(
      fc.property(fc.double({ min: 2 ** -15, max: MAX_UFLOAT, noNaN: true }), (value) => {
        const shown = decodeCell('ufloat16', encodeUfloat16(value))
        expect(Math.abs(shown - value) / value).toBeLessThan(1 / 2000)
      }),
      { seed: 17 },
    )
  })

  it.each([
    [0, 0],
    [-0, 0],
    [-5, 0],
    [2 ** -17, 0],
    [2 ** -16, 0],
    [Number.MIN_VALUE, 0],
    [MAX_UFLOAT, FIRST_RESERVED - 1],
    [MAX_UFLOAT * 1.01, FIRST_RESERVED - 1],
    [1e39, FIRST_RESERVED - 1],
    [Number.MAX_VALUE, FIRST_RESERVED - 1],
    [Number.POSITIVE_INFINITY, FIRST_RESERVED - 1],
    [Number.NaN, UNKNOWN_16],
  ])('encodes %d as %d', (value, code) => {
    expect(encodeUfloat16(value)).toBe(code)
  })
})

describe('sfloat16', () => {
  it('gives back every code that it decodes, and -0 as 0', () => {
    for (let code = 0; code < FIRST_RESERVED; code++) {
      // Codes above the greatest magnitude are never written, because their negatives would be reserved.
      if ((code & 0x7fff) > 0x7fef) continue
      const encoded = encodeSfloat16(decodeCell('sfloat16', code))
      if (encoded !== (code === 0x8000 ? 0 : code)) expect({ code, encoded }).toBe(null)
    }
  })

  it('is ufloat16 with a sign', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: MAX_SFLOAT, noNaN: true }), (value) => {
        const code = encodeUfloat16(value)
        expect(encodeSfloat16(value)).toBe(code)
        expect(encodeSfloat16(-value)).toBe(code === 0 ? 0 : code | 0x8000)
        expect(decodeCell('sfloat16', encodeSfloat16(-value))).toBe(code === 0 ? 0 : -decodeCell('ufloat16', code))
      }),
      { seed: 5 },
    )
  })

  it('saturates on both sides and never writes a reserved code', () => {
    expect(decodeCell('sfloat16', encodeSfloat16(1e9))).toBe(MAX_SFLOAT)
    expect(decodeCell('sfloat16', encodeSfloat16(-1e9))).toBe(-MAX_SFLOAT)
    expect(decodeCell('sfloat16', encodeSfloat16(Number.NEGATIVE_INFINITY))).toBe(-MAX_SFLOAT)
    expect(encodeSfloat16(Number.NaN)).toBe(UNKNOWN_16)
  })
})

describe('u16, u32 and dict16', () => {
  it('are the number itself, rounded half up', () => {
    for (const encoding of ['u16', 'u32', 'dict16'] as const) {
      expect([0, 0.4, 0.5, 1, 1.5, 65_519].map((value) => encodeCell(encoding, value))).toEqual([0, 0, 1, 1, 2, 65_519])
      expect(decodeCell(encoding, 65_519)).toBe(65_519)
    }
    expect(decodeCell('u32', 4_294_967_279)).toBe(4_294_967_279)
  })

  it('saturate below the reserved codes, also when rounding up would reach them', () => {
    for (const value of [65_519.5, 65_519.9, 65_520, 1e9, Number.POSITIVE_INFINITY]) {
      expect(encodeCell('u16', value)).toBe(FIRST_RESERVED - 1)
    }
    for (const value of [4_294_967_279.5, 4_294_967_280, 1e12]) {
      expect(encodeCell('u32', value)).toBe(0xffffffef)
    }
    expect([encodeCell('u16', -3), encodeCell('u32', -3)]).toEqual([0, 0])
  })
})

describe('reserved codes', () => {
  it('decode to no number in any encoding', () => {
    for (const encoding of ['ufloat16', 'sfloat16', 'u16', 'dict16'] as const) {
      expect(decodeCell(encoding, UNKNOWN_16)).toBeNaN()
      expect(decodeCell(encoding, RESET_16)).toBeNaN()
      expect(unknownCode(encoding)).toBe(UNKNOWN_16)
      expect(encodeCell(encoding, Number.NaN)).toBe(UNKNOWN_16)
    }
    expect(decodeCell('u32', UNKNOWN_32)).toBeNaN()
    expect(decodeCell('u32', RESET_32)).toBeNaN()
    expect(unknownCode('u32')).toBe(UNKNOWN_32)
    expect(encodeCell('u32', Number.NaN)).toBe(UNKNOWN_32)
  })

  it('never come out of a number', () => {
    const encodings: readonly Encoding[] = ['ufloat16', 'sfloat16', 'u16', 'u32', 'dict16']
    fc.assert(
      fc.property(fc.constantFrom(...encodings), fc.double({ noNaN: true }), (encoding, value) => {
        const code = encodeCell(encoding, value)
        expect(code).toBeLessThan(encoding === 'u32' ? 0xfffffff0 : FIRST_RESERVED)
        expect(decodeCell(encoding, code)).not.toBeNaN()
      }),
      { seed: 3 },
    )
  })
})

describe('isSaturated', () => {
  it.each<[Encoding, number, boolean]>([
    ['ufloat16', 0, false],
    ['ufloat16', 2 ** -40, false],
    ['ufloat16', -1e-9, true],
    ['ufloat16', MAX_UFLOAT, false],
    ['ufloat16', MAX_UFLOAT + 2 ** 36 - 2 ** 24, false],
    ['ufloat16', MAX_UFLOAT + 2 ** 36, true],
    ['sfloat16', -MAX_SFLOAT, false],
    ['sfloat16', MAX_SFLOAT + 16, true],
    ['sfloat16', -MAX_SFLOAT - 16, true],
    ['u16', 65_519.4, false],
    ['u16', 65_519.5, true],
    ['u16', -1, true],
    ['u32', 4_294_967_279, false],
    ['u32', 4_294_967_280, true],
    ['dict16', 65_520, true],
  ])('%s of %d: %s', (encoding, value, expected) => {
    expect(isSaturated(encoding, value)).toBe(expected)
  })
})
