import { describe, expect, it } from 'vitest'
import { CodeTable } from '../columns/code-table.ts'
import { decodeCell, encodeUfloat16 } from '../columns/encodings.ts'
import { countWords, totalKind, totalOf, totalValue } from './totals.ts'

function table() {
  const domains = new CodeTable()
  const cpu = domains.addColumn('cpuPercent', 'ufloat16')
  const big = domains.addColumn('big', 'u32')
  const state = domains.addColumn('state', 'dict16')
  for (let row = 0; row < 4; row++) domains.bear(row, [], 1)
  return { domains, cpu, big, state }
}

describe('totals', () => {
  it('leaves unknown rows out of sum, mean and maximum', () => {
    const { cpu } = table()
    cpu.set(0, encodeUfloat16(10), 1)
    cpu.set(2, encodeUfloat16(30), 1)
    const total = totalOf(cpu, Uint32Array.of(0, 1, 2, 3), 4)
    expect(total).toEqual({ sum: 40, max: 30, known: 2 })
    expect(totalValue(total, 'mean')).toBe(20)
  })

  it('adds up exactly what each code of a float column decodes to', () => {
    const { domains, cpu } = table()
    for (let row = 4; row < 0x800; row++) domains.bear(row, [], 1)
    for (let first = 0; first < 0x10000; first += 0x800) {
      const rows = Uint32Array.from({ length: 0x800 }, (_, row) => row)
      for (const row of rows) cpu.set(row, first + row, 1)
      const values = [...rows].map((row) => decodeCell('ufloat16', first + row)).filter((value) => !Number.isNaN(value))
      const expected = { sum: values.reduce((a, b) => a + b, 0), max: Math.max(...values), known: values.length }
      expect(totalOf(cpu, rows, rows.length)).toEqual(expected)
    }
  })

  it('covers only the given rows', () => {
    const { cpu } = table()
    cpu.set(0, encodeUfloat16(10), 1)
    cpu.set(1, encodeUfloat16(5), 1)
    expect(totalOf(cpu, Uint32Array.of(1, 0), 1).sum).toBe(5)
  })

  it('reads u32 columns, whose code is the value', () => {
    const { big } = table()
    big.set(3, 4_000_000_000, 1)
    expect(totalOf(big, Uint32Array.of(2, 3), 2)).toEqual({ sum: 4_000_000_000, max: 4_000_000_000, known: 1 })
  })

  it('is unknown, not zero, when no row has a value', () => {
    const { cpu } = table()
    const total = totalOf(cpu, Uint32Array.of(0), 1)
    expect(total.known).toBe(0)
    expect(totalValue(total, 'sum')).toBeNaN()
  })

  it('counts words and what has none', () => {
    const { domains, state } = table()
    const words = domains.dictionaries.get(state.number)!
    state.set(0, words.codeOf('running', 1), 1)
    state.set(1, words.codeOf('paused', 1), 1)
    state.set(2, words.codeOf('running', 1), 1)
    const counts = countWords(state, domains, Uint32Array.of(0, 1, 2, 3), 4)
    expect([...counts.words]).toEqual([
      ['running', 2],
      ['paused', 1],
    ])
    expect(counts.unknown).toBe(1)
  })

  it('adds amounts up, averages shares and takes the worst of times', () => {
    expect([totalKind('B/s'), totalKind('%'), totalKind('ns'), totalKind('word')]).toEqual(['sum', 'mean', 'max', null])
  })
})
