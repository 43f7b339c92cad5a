import { describe, expect, it } from 'vitest'
import { toTsv } from './tsv.ts'

describe('tsv', () => {
  it('keeps one line per row and one field per cell', () => {
    expect(
      toTsv([
        ['a\tb', 'c\r\nd'],
        ['1.5', ''],
      ]),
    ).toBe('a b\tc d\n1.5\t')
  })

  it('[S-13] disarms what a spreadsheet would run, and leaves numbers alone', () => {
    expect(toTsv([['=HYPERLINK("x")', '@x', '-1.5', '-web', '+1']])).toBe("'=HYPERLINK(\"x\")\t'@x\t-1.5\t'-web\t'+1")
  })
})
