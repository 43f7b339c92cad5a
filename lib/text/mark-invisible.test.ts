import { describe, expect, it } from 'vitest'
import { markInvisible } from './mark-invisible.ts'

const point = (code: number) => `‹${code.toString(16).toUpperCase().padStart(4, '0')}›`

describe('[TX1] characters that nobody would see', () => {
  it.each([
    ['zero width', [0x200b, 0x200c, 0x200d, 0x2060, 0xfeff]],
    ['format', [0xad, 0x180e, 0x2061, 0x2064, 0x206a, 0xfff9, 0xe0001, 0x1d173]],
    ['direction', [0x61c, 0x200e, 0x200f, 0x202a, 0x202e, 0x2066, 0x2069]],
    ['controls and ends of lines', [0, 9, 10, 0x7f, 0x85, 0x2028, 0x2029]],
    ['fillers', [0x115f, 0x1160, 0x3164, 0xffa0, 0x17b4, 0x34f, 0x2065]],
    ['variation selectors', [0xfe00, 0xfe0e, 0xfe0f, 0xe0100, 0x180b]],
    ['tags', [0xe0020, 0xe0061, 0xe007f]],
    ['blank letters and signs', [0x2800, 0x13441, 0x1d159, 0xfffc]],
    ['spaces of other widths', [0xa0, 0x1680, 0x2000, 0x2003, 0x200a, 0x202f, 0x205f, 0x3000]],
    ['private and unassigned', [0xe000, 0xf8ff, 0xf0000, 0x378, 0xfdd0, 0xffff, 0x10ffff]],
    ['marks with nothing under them', [0x301, 0x20dd, 0x94d]],
  ])('%s: alone, between letters or at the end', (what, codes) => {
    for (const code of codes) {
      const sign = String.fromCodePoint(code)
      expect(markInvisible(sign)).toBe(point(code))
      if (what.startsWith('marks')) continue
      expect(markInvisible(`a${sign}b`)).toBe(`a${point(code)}b`)
      expect(markInvisible(`web-1${sign}`)).toBe(`web-1${point(code)}`)
    }
  })

  it('marks what would stand on them too', () => {
    expect(markInvisible('\u200b\u0301\u0302')).toBe('‹200B›‹0301›‹0302›')
    expect(markInvisible('a \u0301b')).toBe('a ‹0301›b')
  })

  it.each([
    ['emoji in one', '👩‍👩‍👧 👩🏽‍🚒 🏳️‍🌈 ❤️ 🐻‍❄️ 1️⃣ 🇩🇪'],
    ['letters with marks', 'Z\u0301urich e\u0301 ñ กำ'],
    ['scripts that join', 'می\u200cخواهم क\u094d\u200dष র\u200d\u09cdয'],
    ['other scripts', 'ラーメン עברית العربية 한국어 Ωμέγα'],
    ['signs before numbers', '\u0600\u0661'],
    ['plain spaces', ' a  b '],
  ])('leaves %s as they are', (_what, text) => {
    expect(markInvisible(text)).toBe(text)
  })

  it('joins nothing that does not join', () => {
    expect(markInvisible('👩\u200d')).toBe('👩‹200D›')
    expect(markInvisible('web\u200d1')).toBe('web‹200D›1')
    expect(markInvisible('web-1\ufe0f')).toBe('web-1‹FE0F›')
    expect(markInvisible('🏴\u{e0067}\u{e007f}')).toBe('🏴‹E0067›‹E007F›')
  })

  it('replaces halves of pairs', () => {
    expect(markInvisible('a\ud800b')).toBe('a\ufffdb')
  })

  it('takes time that grows with the text, no faster', () => {
    const long = (unit: string) => markInvisible(unit.repeat(200_000)).length
    expect([long('\u200b'), long('a\u0301'), long('\u0301'), long('👩\u200d')]).toEqual([
      1_200_000,
      400_000,
      1_200_000,
      600_000 + 5,
    ])
  })
})
