import { expect, it } from 'vitest'
import { disarmFormula } from './disarm-formula.ts'

it.each([
  ...['=1+1', '+1+1', '-2+3', '@SUM(A1)', ' =1+1', '\u00a0=1+1', '\u3000=1+1', '\u200b=1+1', '\u00ad\ufeff@A1'],
  ...['\ttab', '\rreturn', '\nline', '\0=1', '\t =1', '＝1+1', '＋1', '－1', '＠A1', '\u202e=1', '\u2028=1', '-web'],
])('[S-13] puts an apostrophe before %j', (text) => {
  expect(disarmFormula(text)).toBe(`'${text}`)
})

it.each([
  ['a;=1+1', "a;'=1+1"],
  ['a; @b;c', "a;' @b;c"],
  ['a\n=1', "a\n'=1"],
  ['a\r\n+1;-2', "a\r\n'+1;'-2"],
  ['=a;=b', "'=a;'=b"],
  ['x"";=1', 'x"";\'=1'],
])('[S-13] puts one also where others see the next cell: %j', (text, disarmed) => {
  expect(disarmFormula(text)).toBe(disarmed)
})

it.each(['a;b', 'a; b', 'a\nb', 'web-1', 'a=b', '"=1+1', "'=1", '', ' ', 'é=1', '\u200b', '1-2', '−5'])(
  'leaves %j',
  (text) => {
    expect(disarmFormula(text)).toBe(text)
  },
)
