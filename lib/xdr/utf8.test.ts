import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

const SEED = 20_260_801

test('decodes any bytes as TextDecoder does', () => {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const nearlyUtf8 = fc.array(
    fc.constantFrom(0x41, 0x80, 0xbf, 0xc2, 0xe0, 0xa0, 0xed, 0x9f, 0xf0, 0x90, 0xf4, 0x8f, 0xff),
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 64 }),
        nearlyUtf8.map((bytes) => Uint8Array.from(bytes)),
      ),
      (bytes) => {
        expect(decodeUtf8(bytes)).toBe(decoder.decode(bytes))
      },
    ),
    { seed: SEED, numRuns: 3000 },
  )
})

test('encodes any text as TextEncoder does, lone surrogates too', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 64 }), (units) => {
      const text = String.fromCharCode(...units)
      expect([...encodeUtf8(text)]).toEqual([...new TextEncoder().encode(text)])
    }),
    { seed: SEED, numRuns: 1000 },
  )
})

test('decodes a megabyte of text', () => {
  const text = 'имя-😀-'.repeat(90_000)
  expect(decodeUtf8(encodeUtf8(text))).toBe(text)
})
