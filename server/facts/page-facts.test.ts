import { describe, expect, test } from 'vitest'
import { readPageFacts } from './page-facts.ts'

const host = (cells: string) =>
  `<capabilities><host><uuid>x</uuid><topology><cells num='2'>${cells}</cells></topology></host></capabilities>`

describe('reserved huge pages in capabilities', () => {
  test('are those above the ordinary size of each node', () => {
    const cells = `
      <cell id='0'><memory unit='KiB'>8388608</memory>
        <pages unit='KiB' size='4'>1048576</pages><pages unit='KiB' size='2048'>1024</pages>
        <pages unit='KiB' size='1048576'>2</pages></cell>
      <cell id='3'><pages unit='KiB' size='524288'>7</pages><pages unit='KiB' size='64'>9</pages></cell>`
    expect(readPageFacts(host(cells))).toEqual([
      { cell: 0, sizeKiB: 2048, pages: 1024 },
      { cell: 0, sizeKiB: 1048576, pages: 2 },
      { cell: 3, sizeKiB: 524288, pages: 7 },
    ])
  })

  test('are none when none is reserved, and unknown when the daemon does not tell', () => {
    const none = "<cell id='0'><pages unit='KiB' size='4'>5</pages><pages unit='KiB' size='2048'>0</pages></cell>"
    expect(readPageFacts(host(none))).toEqual([])
    expect(readPageFacts(host("<cell id='0'><memory unit='KiB'>5</memory></cell>"))).toBeNull()
    expect(readPageFacts('<capabilities><host/></capabilities>')).toBeNull()
  })

  test.each([
    ["<cell><pages unit='KiB' size='2048'>5</pages></cell>"],
    ["<cell id='-1'><pages unit='KiB' size='2048'>5</pages></cell>"],
    ["<cell id='0'><pages unit='MiB' size='2'>5</pages></cell>"],
    ["<cell id='0'><pages unit='KiB' size='0'>5</pages></cell>"],
    ["<cell id='0'><pages unit='KiB' size='2048'>many</pages></cell>"],
  ])('leave out what makes no sense: %s', (cell) => {
    expect(readPageFacts(host(cell))).toBeNull()
  })
})
