import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findMetric } from './catalogue.ts'
import { formatBitRate, formatMetric, formatValue, UNKNOWN_TEXT } from './format.ts'
import type { Unit } from './types.ts'

const UNITS: readonly Unit[] = [
  '%',
  'cores',
  'KiB',
  'KiB/s',
  '1/s',
  'B/s',
  'ns',
  's',
  'B',
  'requests',
  'ratio',
  'count',
  'ms',
]

describe('formatValue', () => {
  it.each<[Unit, number, string]>([
    ['%', 0, '0 %'],
    ['%', 0.04, '0.0 %'],
    ['%', 12.34, '12.3 %'],
    ['%', 99.94, '99.9 %'],
    ['%', 99.96, '100 %'],
    ['%', 104.4, '104 %'],
    ['cores', 0.056, '0.06 cores'],
    ['cores', -0.02, '\u22120.02 cores'],
    ['cores', 12.34, '12.3 cores'],
    ['ratio', 1.5, '1.50 ×'],
    ['requests', 3.21, '3.2 req'],
    ['count', 8, '8'],
    ['KiB', 1_258_291, '1.2 GiB'],
    ['KiB', 1023.7, '1.0 MiB'],
    ['KiB', 512, '512 KiB'],
    ['B', 4096, '4.0 KiB'],
    ['B', 17, '17 B'],
    ['B/s', 1_500_000, '1.4 MiB/s'],
    ['KiB/s', 2048, '2.0 MiB/s'],
    ['1/s', 0.3, '0.3 /s'],
    ['1/s', 999.6, '1.0 k/s'],
    ['1/s', 12_345, '12.3 k/s'],
    ['ns', 340_000, '340 µs'],
    ['ns', 999.7, '1.0 µs'],
    ['ns', 2_500_000, '2.5 ms'],
    ['ms', 400, '400 ms'],
    ['s', 4.2, '4.2 s'],
    ['s', 59.97, '1.0 min'],
    ['s', 7200, '2.0 h'],
    ['s', 260_000, '3.0 d'],
  ])('writes %s %d as %s', (unit, value, text) => {
    expect(formatValue(unit, value)).toBe(text)
  })

  it('writes a dash for what is not a number', () => {
    for (const unit of UNITS) {
      expect(formatValue(unit, Number.NaN)).toBe(UNKNOWN_TEXT)
      expect(formatValue(unit, Number.POSITIVE_INFINITY)).toBe(UNKNOWN_TEXT)
    }
  })

  it('keeps every number of a scaled unit within four characters, seed 7', () => {
    const scaledUnits: readonly Unit[] = ['B', 'KiB', 'B/s', 'KiB/s', '1/s', 'ns', 'ms']
    fc.assert(
      fc.property(fc.constantFrom(...scaledUnits), fc.double({ min: 0, max: 8e11, noNaN: true }), (unit, value) => {
        const [digits] = formatValue(unit, value).split(' ')
        expect(digits!.length).toBeLessThanOrEqual(4)
      }),
      { seed: 7, numRuns: 2000 },
    )
  })

  it('writes a number that lies within one step of its last digit, seed 8', () => {
    const sizes: Record<string, number> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 }
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), (value) => {
        const [digits, unit] = formatValue('B', value).split(' ')
        const size = sizes[unit!]!
        const step = digits!.includes('.') ? 0.1 : 1
        expect(Math.abs(Number(digits) * size - value)).toBeLessThanOrEqual((step * size) / 2 + size * 1e-9)
      }),
      { seed: 8, numRuns: 2000 },
    )
  })
})

describe('formatBitRate', () => {
  it.each([
    [0, '0 bit/s'],
    [125, '1.0 kbit/s'],
    [150_000_000, '1.2 Gbit/s'],
    [Number.NaN, UNKNOWN_TEXT],
  ])('writes %d bytes per second as %s', (value, text) => {
    expect(formatBitRate(value)).toBe(text)
  })
})

describe('formatMetric', () => {
  it('shows network rates in bits unless bytes are asked for, and disk rates in bytes', () => {
    expect(formatMetric(findMetric('netRxBps')!, 1_000_000)).toBe('8.0 Mbit/s')
    expect(formatMetric(findMetric('netRxBps')!, 1_048_576, false)).toBe('1.0 MiB/s')
    expect(formatMetric(findMetric('diskBps')!, 1_048_576)).toBe('1.0 MiB/s')
  })

  it('gives what rounds to zero no sign', () => {
    expect(formatValue('cores', -0.001)).toBe(formatValue('cores', 0.001))
    expect(formatValue('cores', -0.02)).toBe('\u22120.02 cores')
    expect(formatValue('%', -12)).toMatch(/^\u221212/)
  })
})
