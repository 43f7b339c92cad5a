import { describe, expect, it } from 'vitest'
import { CodeTable } from '../columns/code-table.ts'
import { encodeUfloat16, UNKNOWN_16 } from '../columns/encodings.ts'
import { createOrder } from './order.ts'
import { descendsFirst, formatSort, orderKeys, parseSort } from './sort-spec.ts'

function fixture() {
  const hosts = new CodeTable()
  hosts.addText('name')
  hosts.bear(0, [], 1)
  hosts.bear(1, [], 1)
  hosts.text('name')!.set(0, 'kvm-10', 1)
  hosts.text('name')!.set(1, 'kvm-9', 1)
  const domains = new CodeTable()
  domains.addText('name')
  domains.addColumn('state', 'dict16')
  domains.addColumn('cpuPercent', 'ufloat16')
  const rows = [
    { name: 'b10', host: 0, state: 'running', cpu: 50 },
    { name: 'b9', host: 1, state: 'paused', cpu: null },
    { name: 'a', host: 0, state: 'running', cpu: 0 },
    { name: 'c', host: 1, state: 'shut off', cpu: 50.01 },
  ]
  for (const [row, { name, host, state, cpu }] of rows.entries()) {
    domains.bear(row, [host, row, 0, 0, 0], 1)
    domains.text('name')!.set(row, name, 1)
    domains.column('state')!.set(row, domains.dictionaries.get(0)!.codeOf(state, 1), 1)
    domains.column('cpuPercent')!.set(row, cpu === null ? UNKNOWN_16 : encodeUfloat16(cpu), 1)
  }
  domains.addText('title').set(2, 'zoo', 1)
  return { hosts, domains }
}

function sortedBy(text: string): string[] {
  const { hosts, domains } = fixture()
  const parsed = parseSort(text)
  if (!parsed.ok) throw new Error(parsed.message)
  const rows = Uint32Array.of(0, 1, 2, 3)
  createOrder().sort(rows, 4, orderKeys(parsed.keys, domains, hosts))
  return [...rows].map((row) => domains.text('name')!.get(row))
}

describe('sort', () => {
  it('takes ids and aliases and writes ids', () => {
    const parsed = parseSort('-cpu, name')
    expect(parsed).toEqual({
      ok: true,
      keys: [
        { column: 'cpuPercent', descending: true },
        { column: 'name', descending: false },
      ],
    })
    expect(parsed.ok && formatSort(parsed.keys)).toBe('-cpuPercent,name')
  })

  it('refuses unknown columns, host metrics and too many keys, and says where', () => {
    expect(parseSort('name,nope')).toMatchObject({ ok: false, at: 5 })
    expect(parseSort('hostCpuPercent')).toMatchObject({ ok: false, at: 0 })
    expect(parseSort('name,host,state,cpu')).toMatchObject({ ok: false, at: 16 })
  })

  it('compares the values of codes, so that what looks equal is equal', () => {
    expect(sortedBy('-cpu,name')).toEqual(['b10', 'c', 'a', 'b9'])
    expect(sortedBy('cpu,-name')).toEqual(['a', 'c', 'b10', 'b9'])
  })

  it('sorts names, hosts and words in natural order', () => {
    expect(sortedBy('name')).toEqual(['a', 'b9', 'b10', 'c'])
    expect(sortedBy('host,name')).toEqual(['b9', 'c', 'a', 'b10'])
    expect(sortedBy('state,-name')).toEqual(['b9', 'b10', 'a', 'c'])
  })

  it('sorts titles as the page shows them: the title, or where there is none the name', () => {
    expect(sortedBy('title')).toEqual(['b9', 'b10', 'c', 'a'])
    expect(sortedBy('name')).toEqual(['a', 'b9', 'b10', 'c'])
  })

  it('leaves the order alone for a column that the table lacks', () => {
    expect(sortedBy('-diskIops')).toEqual(['b10', 'b9', 'a', 'c'])
  })

  it('opens numbers with the greatest on top and words with the first', () => {
    expect(descendsFirst('cpuPercent')).toBe(true)
    expect(descendsFirst('state')).toBe(false)
    expect(descendsFirst('name')).toBe(false)
  })
})
