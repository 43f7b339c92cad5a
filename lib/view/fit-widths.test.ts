import { describe, expect, it } from 'vitest'
import { fitWidths } from './fit-widths.ts'
import { findColumn } from './grid-columns.ts'

const sized = (id: string, width: number | null = null) => ({ column: findColumn(id)!, width })

describe('fit widths', () => {
  it('keeps the columns’ own widths when the window is narrow', () => {
    const columns = [sized('name'), sized('host')]
    expect(fitWidths(columns, 100)).toEqual(columns.map(({ column }) => column.defaultWidth))
  })

  it('fills a wider window, never beyond it and never without bound', () => {
    const columns = [sized('name'), sized('host'), sized('age', 90)]
    const widths = fitWidths(columns, 500)
    expect(widths[2]).toBe(90)
    expect(widths.reduce((sum, width) => sum + width)).toBeLessThanOrEqual(500)
    expect(widths[0]!).toBeGreaterThan(columns[0]!.column.defaultWidth)
    expect(fitWidths(columns, 9999)[0]!).toBeLessThan(columns[0]!.column.defaultWidth * 2)
  })
})
