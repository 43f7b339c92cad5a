import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DomscopeError } from '../errors/domscope-error.ts'
import { XdrReader } from './xdr-reader.ts'
import { XdrWriter } from './xdr-writer.ts'

const SEED = 20_260_802

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof DomscopeError) return error.code
    throw error
  }
  return 'no error'
}

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'))

describe('XdrReader', () => {
  test('reads each type from hand-made bytes', () => {
    const reader = new XdrReader(
      hex(
        'ffffffff fffffffe 00000001 0020000000000001 ffffffffffffffff 3ff8000000000000 00000005 68656c6c6f000000 00000000',
      ),
    )
    expect(reader.i32()).toBe(-1)
    expect(reader.u32()).toBe(0xfffffffe)
    expect(reader.bool()).toBe(true)
    expect(reader.u64()).toBe(2n ** 53n + 1n)
    expect(reader.i64()).toBe(-1n)
    expect(reader.f64()).toBe(1.5)
    expect(reader.string(16)).toBe('hello')
    expect(reader.optionalString(16)).toBeNull()
    reader.finish()
  })

  test('gives 64 bits as two words without sign', () => {
    const reader = new XdrReader(hex('ffffffff 80000000'))
    reader.u64Words()
    expect([reader.hi, reader.lo]).toEqual([0xffffffff, 0x80000000])
  })

  test.each([
    ['a word cut short', '000000', (r: XdrReader) => r.u32(), 'XDR_OUT_OF_BOUNDS'],
    ['a string longer than the rest', '00000008 61626364', (r: XdrReader) => r.string(100), 'XDR_OUT_OF_BOUNDS'],
    ['a string of 4 GiB', 'ffffffff 61626364', (r: XdrReader) => r.string(100), 'XDR_TOO_LONG'],
    ['a string without its padding', '00000001 61', (r: XdrReader) => r.string(100), 'XDR_OUT_OF_BOUNDS'],
    ['padding that is not zero', '00000001 61000001', (r: XdrReader) => r.string(100), 'XDR_BAD_PADDING'],
    ['a boolean of 2', '00000002', (r: XdrReader) => r.bool(), 'XDR_BAD_VALUE'],
    ['[V-3] a count that cannot fit', '00000003 00000000', (r: XdrReader) => r.count(100, 4), 'XDR_OUT_OF_BOUNDS'],
    ['[V-3] a count over its maximum', 'ffffffff', (r: XdrReader) => r.count(16_384, 4), 'XDR_TOO_LONG'],
    ['bytes left over', '00000000', (r: XdrReader) => r.finish(), 'XDR_TRAILING_BYTES'],
  ])('refuses %s', (_what, bytes, read, code) => {
    expect(codeOf(() => read(new XdrReader(hex(bytes))))).toBe(code)
  })

  test('never reads past its end, even where the buffer goes on', () => {
    const reader = new XdrReader(new Uint8Array(64), 8, 12)
    expect(reader.u32()).toBe(0)
    expect(codeOf(() => reader.u32())).toBe('XDR_OUT_OF_BOUNDS')
  })
})

describe('XdrWriter', () => {
  test('writes what the reader reads, for any values', () => {
    const values = fc.record({
      i: fc.integer(),
      u: fc.nat(),
      b: fc.boolean(),
      u64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      i64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      d: fc.double(),
      text: fc.string({ unit: 'grapheme', maxLength: 40 }),
      bytes: fc.uint8Array({ maxLength: 40 }),
    })
    fc.assert(
      fc.property(values, (v) => {
        const writer = new XdrWriter(4)
        writer.i32(v.i).u32(v.u).bool(v.b).u64(v.u64).i64(v.i64).f64(v.d).string(v.text).variableOpaque(v.bytes)
        const reader = new XdrReader(writer.optionalString(v.text).finish())
        expect([reader.i32(), reader.u32(), reader.bool(), reader.u64(), reader.i64(), reader.f64()]).toEqual([
          v.i,
          v.u,
          v.b,
          v.u64,
          v.i64,
          v.d,
        ])
        expect(reader.string(4096)).toBe(v.text)
        expect([...reader.variableOpaque(4096)]).toEqual([...v.bytes])
        expect(reader.optionalString(4096)).toBe(v.text)
        reader.finish()
      }),
      { seed: SEED, numRuns: 500 },
    )
  })

  test('pads with zeros also where the buffer was used before', () => {
    const writer = new XdrWriter(16)
    writer.u32(0xffffffff).u32(0xffffffff).reset()
    expect([...writer.string('a').finish()]).toEqual([0, 0, 0, 1, 0x61, 0, 0, 0])
  })

  test('patches a word written earlier', () => {
    const writer = new XdrWriter()
    writer.u32(0).u32(7).patchU32(0, 9)
    expect([...writer.finish()]).toEqual([0, 0, 0, 9, 0, 0, 0, 7])
  })
})
