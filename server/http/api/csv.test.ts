import { describe, expect, it } from 'vitest'
import { csvCell, csvLine } from './csv.ts'

describe('CSV', () => {
  it.each([['=1+1'], ['+1+1'], ['-2+3'], ['@SUM(A1)'], ['\tname'], ['\0=1+1'], ['  =1+1'], ['\u00a0\ufeff@SUM(A1)']])(
    '[S-13] puts an apostrophe before %j',
    (text) => {
      expect(csvCell(text)).toBe(`"'${text}"`)
    },
  )

  it('[S-13] puts one behind ends of lines and semicolons too: some cut there, whatever the quotes', () => {
    expect(csvCell('\r\n@SUM(A1)')).toBe(`"'\r\n'@SUM(A1)"`)
    expect(csvCell('\n=1+1')).toBe(`"'\n'=1+1"`)
    expect(csvCell('web;=1+1')).toBe(`"web;'=1+1"`)
    expect(csvCell('a;b')).toBe('a;b')
  })

  it('[S-13] leaves other texts as they are, quoted where they must be', () => {
    expect(csvCell('web-1 = one')).toBe('web-1 = one')
    expect(csvCell('\0')).toBe('\0')
    expect(csvCell('a "b", c\nd')).toBe('"a ""b"", c\nd"')
  })

  it('leaves numbers alone, and tells unknown by nothing', () => {
    expect(csvLine([-1.5, null, 0])).toBe('-1.5,,0\r\n')
  })
})
