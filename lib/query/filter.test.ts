import { describe, expect, it } from 'vitest'
import { CodeTable } from '../columns/code-table.ts'
import { UNKNOWN_16 } from '../columns/encodings.ts'
import { matchRows, parseFilter, searchedChangedAt } from './filter.ts'
import { NO_NOTATIONS } from './notations.ts'

const UUID = [0xdeadbeef, 0x00010002, 0x80030004, 0x00050006]

function tables() {
  const hosts = new CodeTable()
  const hostNames = hosts.addText('name')
  hosts.bear(0, [0], 1)
  hosts.bear(1, [1], 1)
  hostNames.set(0, 'kvm-01', 1)
  hostNames.set(1, 'Zürich', 1)
  const domains = new CodeTable()
  const names = domains.addText('name')
  const given = ['web-1', 'WEB-2', 'db primary', 'Müller', 'gone']
  for (const [row, name] of given.entries()) {
    domains.bear(row, [row % 2, ...(row === 2 ? UUID : [row, 0, 0, 0])], 1)
    names.set(row, name, 1)
  }
  domains.bury(4, 2)
  return { hosts, domains }
}

function found(text: string): string[] {
  const { hosts, domains } = tables()
  const parsed = parseFilter(text)
  if (!parsed.ok) throw new Error(parsed.message)
  const out = new Uint32Array(domains.rowLimit)
  const count = matchRows(parsed.filter, domains, hosts, out)
  return [...out.subarray(0, count)].map((row) => domains.text('name')?.get(row) ?? '')
}

describe('filter', () => {
  it('matches every living row when it is empty', () => {
    expect(found('  ')).toEqual(['web-1', 'WEB-2', 'db primary', 'Müller'])
  })

  it('ignores case and diacritics on both sides', () => {
    expect(found('web')).toEqual(['web-1', 'WEB-2'])
    expect(found('muller')).toEqual(['Müller'])
    expect(found('MÜLLER')).toEqual(['Müller'])
    expect(found('zurich')).toEqual(['WEB-2', 'Müller'])
  })

  it('joins words by AND over name, host and UUID', () => {
    expect(found('web zürich')).toEqual(['WEB-2'])
    expect(found('kvm-01 deadbeef')).toEqual(['db primary'])
    expect(found('web deadbeef')).toEqual([])
  })

  it('finds a UUID by any part of at least four digits, across the dashes', () => {
    expect(found('deadbeef-0001-0002-8003-000400050006')).toEqual(['db primary'])
    expect(found('beef-0001')).toEqual(['db primary'])
    expect(found('DEADBEEF')).toEqual(['db primary'])
    expect(found('dea')).toEqual([])
  })

  it('finds titles, addresses, projects and owners too, and notices when they change', () => {
    const { hosts, domains } = tables()
    const search = (text: string) => {
      const parsed = parseFilter(text)
      if (!parsed.ok) throw new Error(parsed.message)
      const out = new Uint32Array(domains.rowLimit)
      return [...out.subarray(0, matchRows(parsed.filter, domains, hosts, out))]
    }
    const before = searchedChangedAt(domains, hosts)
    domains.addText('title').set(0, 'Shop Front', 3)
    domains.addText('addresses').set(1, '10.0.0.5 52:54:00:aa:bb:cc', 4)
    for (const [id, word, row] of [['project', 'Billing', 2] as const, ['owner', 'älice', 3] as const]) {
      const column = domains.addColumn(id, 'dict16')
      for (let other = 0; other < 4; other++) column.set(other, UNKNOWN_16, 5)
      column.set(row, domains.dictionaries.get(column.number)!.codeOf(word, 5), 5)
    }
    expect(['shop', '10.0.0.5', '54:00:AA', 'bill', 'alice', 'bill alice'].map(search)).toEqual([
      [0],
      [1],
      [1],
      [2],
      [3],
      [],
    ])
    expect([before, searchedChangedAt(domains, hosts)]).toEqual([2, 5])
  })

  it('takes a quoted phrase as one word', () => {
    expect(found('"db primary"')).toEqual(['db primary'])
    expect(found('"db  primary"')).toEqual([])
    expect(found('""')).toHaveLength(4)
  })

  it('says where a quote was left open', () => {
    expect(parseFilter('web "db')).toMatchObject({ ok: false, at: 4 })
  })

  it('refuses conditions instead of matching nothing in silence', () => {
    expect(parseFilter('web cpu>80')).toMatchObject({ ok: false, at: 7 })
    expect(parseFilter('state:running')).toMatchObject({ ok: false, at: 0 })
    expect(parseFilter('a | b')).toMatchObject({ ok: false, at: 2 })
    expect(parseFilter('"cpu>80"')).toMatchObject({ ok: true })
    expect(parseFilter('52:54:00:aa')).toMatchObject({ ok: true })
  })

  it('refuses a filter that is too long', () => {
    expect(parseFilter('x'.repeat(1001))).toMatchObject({ ok: false, at: 1000 })
  })

  it('keeps dashes that libvirt names begin with', () => {
    expect(parseFilter('-web')).toEqual({ ok: true, filter: { terms: [{ text: '-web', notations: NO_NOTATIONS }] } })
  })
})
