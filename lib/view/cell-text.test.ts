import { describe, expect, it } from 'vitest'
import { encodeUfloat16, UNKNOWN_16 } from '../columns/encodings.ts'
import { findMetric } from '../metrics/catalogue.ts'
import { alignDecimals, CellTexts, splitUnit } from './cell-text.ts'

describe('cell text', () => {
  it('splits number and unit at the last space', () => {
    expect(splitUnit('1.2 MiB/s')).toEqual({ number: '1.2', unit: 'MiB/s' })
    expect(splitUnit('–')).toEqual({ number: '–', unit: '' })
  })

  it('makes numbers with and without decimals equally wide after the point', () => {
    expect(alignDecimals('104')).toBe('104\u2008\u2007')
    expect(alignDecimals('12.3')).toBe('12.3')
    expect(alignDecimals('–')).toBe('–')
  })

  it('gives the same object for the same code, so that painting allocates nothing', () => {
    const texts = new CellTexts(findMetric('diskBps')!, false)
    const code = encodeUfloat16(1536)
    expect(texts.of(code)).toEqual({ number: '1.5', unit: 'KiB/s' })
    expect(texts.of(code)).toBe(texts.of(code))
  })

  it('leaves the unit out where the header has it, and has a dash for unknown', () => {
    const texts = new CellTexts(findMetric('cpu')!, true)
    expect(texts.of(encodeUfloat16(12.3))).toEqual({ number: '12.3', unit: '' })
    expect(texts.of(UNKNOWN_16)).toEqual({ number: '–', unit: '' })
  })
})
