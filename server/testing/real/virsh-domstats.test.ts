import { expect, test } from 'vitest'
import { parseDomstats } from './virsh-domstats.ts'

test('reads domains, fields, empty values and values with an equals sign', () => {
  const text = "Domain: 'a b'\n  state.state=1\n  block.0.path=/x=y\n\nDomain: 'почта'\n  net.0.name=\n"
  expect([...parseDomstats(text)].map(([name, fields]) => [name, [...fields]])).toEqual([
    [
      'a b',
      [
        ['state.state', '1'],
        ['block.0.path', '/x=y'],
      ],
    ],
    ['почта', [['net.0.name', '']]],
  ])
})

test('gives nothing for an empty estate', () => {
  expect(parseDomstats('\n').size).toBe(0)
})
