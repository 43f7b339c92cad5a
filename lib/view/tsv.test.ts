import { describe, expect, it } from 'vitest'
import { toTsv } from './tsv.ts'

describe('tsv', () => {
  it('keeps rows and cells apart: what could be taken for another cell is quoted', () => {
    expect(
      toTsv([
        ['a\tb', 'c\r\nd'],
        ['1.5', ''],
      ]),
    ).toBe('"a\tb"\t"c\r\nd"\n1.5\t')
  })

  it('quotes names with quotes, so that two rows stay two', () => {
    expect(toTsv([['"prod', 'kvm-01'], ['x"y'], ['"']])).toBe('"""prod"\tkvm-01\n"x""y"\n""""')
  })

  it('[S-13] disarms what a spreadsheet would run, and leaves numbers alone', () => {
    expect(toTsv([['=HYPERLINK("x")', '@x', '-1.5', '-web', '+1', ' =1+1', '\t=1', '＝1', '-2e-7']])).toBe(
      '"\'=HYPERLINK(""x"")"\t\'@x\t-1.5\t\'-web\t\'+1\t\' =1+1\t"\'\t=1"\t\'＝1\t-2e-7',
    )
  })
})
