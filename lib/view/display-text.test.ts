import { describe, expect, it } from 'vitest'
import { displayText, isDisguised, MAX_GRAPHEMES } from './display-text.ts'

describe('display text', () => {
  it('leaves ordinary names alone, in any script', () => {
    for (const name of ['web-1', 'Zürich', 'ラーメン', 'עברית', '👩‍👩‍👧', '<b>x</b>'])
      expect(displayText(name)).toBe(name)
  })

  it('[S-13] shows control characters as marks', () => {
    expect(displayText('a\u0000b\tc\u007fd\u0085')).toBe('a‹0000›b‹0009›c‹007F›d‹0085›')
  })

  it('[S-13] shows characters that change the direction of text', () => {
    expect(displayText('evil\u202egnp.exe')).toBe('evil‹202E›gnp.exe')
    for (const code of [0x200e, 0x200f, 0x202a, 0x202d, 0x2066, 0x2069, 0x061c, 0xfeff]) {
      expect(displayText(String.fromCharCode(code))).toBe(`‹${code.toString(16).toUpperCase().padStart(4, '0')}›`)
    }
  })

  it('[S-13] cuts after 256 graphemes, not inside one', () => {
    const family = '👩‍👩‍👧'
    expect(displayText(family.repeat(MAX_GRAPHEMES + 1))).toMatch(/…$/)
    expect(displayText('x'.repeat(MAX_GRAPHEMES))).toBe('x'.repeat(MAX_GRAPHEMES))
    expect(displayText('x'.repeat(1_000_000))).toBe(`${'x'.repeat(MAX_GRAPHEMES)}…`)
  })

  it('bounds what one grapheme can hold', () => {
    expect(displayText(`a${'\u0301'.repeat(1_000_000)}`).length).toBeLessThan(2000)
  })

  it('[TX1] marks names of nothing that is seen, and spaces that pages leave out', () => {
    expect(['\u200b', ' ', '\u3164', '\u00a0'].map(displayText)).toEqual(['‹200B›', '‹0020›', '‹3164›', '‹00A0›'])
    expect(displayText(' =1+1')).toBe('‹0020›=1+1')
    expect(displayText('  a   b c ')).toBe('‹0020›‹0020›a ‹0020›‹0020›b c‹0020›')
  })

  it('replaces halves of surrogate pairs', () => {
    expect(displayText('a\ud800b')).toBe('a\ufffdb')
  })

  it('tells when a name is not what it looks like', () => {
    expect(isDisguised('web-1')).toBe(false)
    expect(isDisguised('web-1\u202e')).toBe(true)
  })
})
