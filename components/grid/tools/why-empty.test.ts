import { expect, test } from 'vitest'
import { whyEmpty } from './why-empty.ts'

test.each([
  [{ up: 2, unreachable: 0, connecting: 0 }, 'none-defined'],
  [{ up: 0, unreachable: 1, connecting: 0 }, 'out-of-reach'],
  [{ up: 0, unreachable: 1, connecting: 3 }, 'out-of-reach'],
  [{ up: 1, unreachable: 1, connecting: 0 }, 'some-out-of-reach'],
  [{ up: 1, unreachable: 0, connecting: 1 }, 'connecting'],
] as const)('a fleet without domains whose hosts are %o is empty because: %s', (hosts, why) => {
  expect(whyEmpty(hosts)).toBe(why)
})
