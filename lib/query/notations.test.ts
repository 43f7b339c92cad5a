import { describe, expect, it } from 'vitest'
import { CodeTable } from '../columns/code-table.ts'
import { matchRows, parseFilter } from './filter.ts'

const UUID = [0xdeadbeef, 0x00010002, 0x80030004, 0x00050006]
const ADDRESSES = [
  '52:54:00:11:22:33 10.0.0.5',
  '52:54:00:aa:bb:cc 2001:db8::5 fe80::1',
  '10.0.0.50 52:54:00:01:02:03 FD00:0:0:1::A',
  '::ffff:192.168.7.9',
  '',
]

function found(text: string): number[] {
  const hosts = new CodeTable()
  const domains = new CodeTable()
  domains.addText('name')
  const addresses = domains.addText('addresses')
  for (const [row, held] of ADDRESSES.entries()) {
    domains.bear(row, [0, ...(row === 4 ? UUID : [row, 0, 0, 0])], 1)
    addresses.set(row, held, 1)
  }
  const parsed = parseFilter(text)
  if (!parsed.ok) throw new Error(parsed.message)
  const out = new Uint32Array(domains.rowLimit)
  return [...out.subarray(0, matchRows(parsed.filter, domains, hosts, out))]
}

describe('[TX4] a filter finds every notation', () => {
  it.each([
    ['52-54-00-11-22-33', [0]],
    ['52:54:00:11:22:33', [0]],
    ['5254.0011.2233', [0]],
    ['5254-0011-2233', [0]],
    ['525400112233', [0]],
    ['52-54-00-AA-BB-CC', [1]],
    ['5254.00AA.BBCC', [1]],
    ['525400AABBCC', [1]],
    ['52.54.00.11.22.33', [0]],
    ['52:54:0:1:2:3', [2]],
    ['52-54-00', [0, 1, 2]],
    ['52:54:00:1', [0]],
    ['54-00-aa', [1]],
    ['5254.00', [0, 1, 2]],
    ['525400', [0, 1, 2]],
    ['5254001', [0]],
    ['aa-bb-cc', [1]],
    ['00aabb', [1]],
    ['"52 54"', []],
    ['52-54-01', []],
    ['525400-112233', [0]],
    ['525400:112233', [0]],
    ['525400.1122', [0]],
    ['52_54_00_11_22_33', [0]],
    ['52·54·00·11·22·33', [0]],
    ['0x525400112233', [0]],
    ['52:54:00:11:22:33,', [0]],
    ['５２:54:00:11:22:33', [0]],
  ])('MAC address %s', (text, rows) => {
    expect(found(text)).toEqual(rows)
  })

  it.each([
    ['2001:db8::5', [1]],
    ['2001:DB8::5', [1]],
    ['2001:0db8:0000:0000:0000:0000:0000:0005', [1]],
    ['2001:db8:0:0:0:0:0:5', [1]],
    ['2001:0db8:', [1]],
    ['[2001:db8::5]', [1]],
    ['2001:db8::5/64', [1]],
    ['fe80::1%eth0', [1]],
    ['fe80:0:0:0::1', [1]],
    ['fd00::1:0:0:0:a', [2]],
    ['fd00:0:0:1:0:0:0:000a', [2]],
    ['010.000.000.005', [0]],
    ['10.0.0.5/24', [0]],
    ['10.0.0.5', [0, 2]],
    ['::ffff:10.0.0.5', [0]],
    ['::ffff:a00:5', [0]],
    ['::ffff:c0a8:0709', [3]],
    ['192.168.7.9', [3]],
    ['192.168.007.009', [3]],
    ['10.0.0.5:22', [0]],
    ['10.0.0.5.', [0]],
    ['10.0.0.5,', [0]],
    ['１０.0.0.5', [0]],
    ['http://10.0.0.5/', [0]],
    ['ssh://10.0.0.5:22', [0]],
    ['https://[2001:db8::5]:8443/a', [1]],
    ['10.0.0.51:22', []],
    ['2001:db8::6', []],
    ['10.0.0.256', []],
  ])('IP address %s', (text, rows) => {
    expect(found(text)).toEqual(rows)
  })

  it.each([
    'deadbeef-0001-0002-8003-000400050006',
    'DEADBEEF-0001-0002-8003-000400050006',
    'deadbeef00010002800300040005000 6'.replace(' ', ''),
    '{deadbeef-0001-0002-8003-000400050006}',
    '{DEADBEEF000100028003000400050006}',
    'urn:uuid:deadbeef-0001-0002-8003-000400050006',
    'URN:UUID:DEADBEEF-0001-0002-8003-000400050006',
    'beef-0001',
    'beef0001',
    '{deadbeef',
  ])('UUID %s', (text) => {
    expect(found(text)).toEqual([4])
  })
})
