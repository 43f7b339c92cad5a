import { describe, expect, it } from 'vitest'
import { columnEdges, columnsAt, MAX_PAINTED_WHOLE } from './column-window.ts'

describe('column window', () => {
  it('paints every column up to the bound', () => {
    const edges = columnEdges(Array.from({ length: MAX_PAINTED_WHOLE }, () => 100))
    expect(columnsAt(edges, 2, 800, 500)).toEqual({ first: 2, end: MAX_PAINTED_WHOLE, leadPx: 0 })
  })

  it('leaves out what is far from the visible part, and says how wide that is', () => {
    const edges = columnEdges(Array.from({ length: 60 }, () => 100))
    const { first, end, leadPx } = columnsAt(edges, 2, 2000, 1000)
    expect(edges[first]!).toBeLessThanOrEqual(2000 + 200)
    expect(edges[end]!).toBeGreaterThanOrEqual(3000)
    expect(end - first).toBeLessThan(18)
    expect(leadPx).toBe(edges[first]! - edges[2]!)
  })

  it('always paints something, also beyond the end', () => {
    const edges = columnEdges(Array.from({ length: 60 }, () => 100))
    const { first, end } = columnsAt(edges, 2, 99_999, 1000)
    expect([first, end]).toEqual([59, 60])
  })
})
