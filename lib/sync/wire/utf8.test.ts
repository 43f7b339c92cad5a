import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_TEXT_BYTES } from './protocol.ts'
import { readUtf8, utf8Length, wireText, writeUtf8 } from './utf8.ts'

const anyText = fc.string({ unit: 'binary', maxLength: 40 })
const withSurrogates = fc
  .array(fc.oneof(anyText, fc.constantFrom('\ud800', '\udc00', '😀', '\u0000')), { maxLength: 6 })
  .map((parts) => parts.join(''))

function encode(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text) + 3)
  return bytes.slice(0, writeUtf8(text, bytes, 0))
}

describe('UTF-8', () => {
  it('is written as the platform writes it, lone surrogates too', () => {
    fc.assert(
      fc.property(withSurrogates, (text) => {
        expect([...encode(text)]).toEqual([...new TextEncoder().encode(text)])
      }),
      { seed: 1 },
    )
  })

  it('is read as the platform reads it, or refused where the platform refuses', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 8 }),
      fc
        .array(
          fc.constantFrom(
            0x61,
            0x80,
            0xbf,
            0xc0,
            0xc2,
            0xdf,
            0xe0,
            0xa0,
            0xed,
            0x9f,
            0xef,
            0xf0,
            0x90,
            0xf4,
            0x8f,
            0xf5,
          ),
          { maxLength: 6 },
        )
        .map((list) => Uint8Array.from(list)),
      anyText.map((text) => new TextEncoder().encode(text)),
    )
    fc.assert(
      fc.property(bytes, (input) => {
        let expected: string | null = null
        try {
          expected = strict.decode(input)
        } catch {
          expected = null
        }
        expect(readUtf8(input, 0, input.length)).toBe(expected)
      }),
      { seed: 2, numRuns: 3000 },
    )
  })

  it('reads long texts in pieces without losing a character at their edges', () => {
    const text = 'a😀ü'.repeat(700)
    const bytes = encode(text)
    expect(readUtf8(bytes, 0, bytes.length)).toBe(text)
  })

  it('[SY20] cuts long texts at a character and marks the cut', () => {
    for (const unit of ['a', 'ü', '…', '😀', 'aü…😀']) {
      const cut = wireText(unit.repeat(2000))
      const bytes = utf8Length(cut)
      expect(bytes).toBeLessThanOrEqual(MAX_TEXT_BYTES)
      expect(bytes).toBeGreaterThan(MAX_TEXT_BYTES - 8)
      expect(cut.endsWith('…')).toBe(true)
      expect(wireText(cut)).toBe(cut)
      expect(unit.repeat(2000).startsWith(cut.slice(0, -1))).toBe(true)
    }
    expect(wireText('a'.repeat(MAX_TEXT_BYTES))).toBe('a'.repeat(MAX_TEXT_BYTES))
  })
})
