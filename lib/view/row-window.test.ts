import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  MAX_SPACER_PX,
  OVERSCAN_ROWS,
  poolSize,
  RESTING_OVERSCAN_ROWS,
  rowOffsetAt,
  scrollTopAfterMove,
  scrollTopFor,
  scrollTopToShow,
  spacerHeight,
  windowAt,
} from './row-window.ts'

const SEED = 11
const extents = fc.record({
  rowCount: fc.integer({ min: 1, max: 3_000_000 }),
  rowHeight: fc.constantFrom(22, 28),
  viewportPx: fc.integer({ min: 60, max: 2200 }),
})

const overscans = fc.constantFrom(RESTING_OVERSCAN_ROWS, OVERSCAN_ROWS)

describe('row window', () => {
  it('never asks for a spacer that a browser cannot scroll to the end of', () => {
    expect(spacerHeight({ rowCount: 100_000, rowHeight: 28, viewportPx: 900 })).toBe(2_800_000)
    expect(spacerHeight({ rowCount: 10_000_000, rowHeight: 28, viewportPx: 900 })).toBe(MAX_SPACER_PX)
  })

  it(`covers the viewport at every scroll position, compressed or not (seed ${SEED})`, () => {
    fc.assert(
      fc.property(extents, fc.double({ min: 0, max: 1, noNaN: true }), overscans, (extent, part, overscan) => {
        const range = Math.max(0, spacerHeight(extent) - extent.viewportPx)
        const scrollTop = part * range
        const { first, end, top } = windowAt(extent, scrollTop, overscan)
        expect(end - first).toBeLessThanOrEqual(poolSize(extent.viewportPx, extent.rowHeight))
        const bottom = top + (end - first) * extent.rowHeight
        const lastNeeded = Math.min(extent.rowCount * extent.rowHeight, scrollTop + extent.viewportPx)
        expect(top).toBeLessThanOrEqual(scrollTop + 0.01)
        if (end < extent.rowCount) expect(bottom).toBeGreaterThanOrEqual(lastNeeded - 0.01)
        else expect(end).toBe(extent.rowCount)
      }),
      { seed: SEED, numRuns: 500 },
    )
  })

  it('paints fewer rows that cannot be seen while the grid rests', () => {
    const extent = { rowCount: 1000, rowHeight: 28, viewportPx: 280 }
    const { first, end } = windowAt(extent, 2800, RESTING_OVERSCAN_ROWS)
    expect({ first, end }).toEqual({ first: 98, end: 113 })
  })

  it('reaches the first and the last row of a compressed spacer', () => {
    const extent = { rowCount: 2_000_000, rowHeight: 28, viewportPx: 1000 }
    expect(windowAt(extent, 0).first).toBe(0)
    expect(windowAt(extent, MAX_SPACER_PX - 1000).end).toBe(2_000_000)
  })

  it(`goes from rows to scroll positions and back (seed ${SEED})`, () => {
    fc.assert(
      fc.property(extents, fc.double({ min: 0, max: 1, noNaN: true }), (extent, part) => {
        const offset = part * Math.max(0, extent.rowCount * extent.rowHeight - extent.viewportPx)
        expect(rowOffsetAt(extent, scrollTopFor(extent, offset))).toBeCloseTo(offset, 3)
      }),
      { seed: SEED, numRuns: 300 },
    )
  })

  it('scrolls no more than needed to show a row', () => {
    const extent = { rowCount: 1000, rowHeight: 28, viewportPx: 280 }
    expect(scrollTopToShow(extent, 100, 5)).toBe(100)
    expect(scrollTopToShow(extent, 100, 0)).toBe(0)
    expect(scrollTopToShow(extent, 0, 10)).toBe(28)
  })

  it('keeps a row at its height on the screen when its place in the order changes', () => {
    const extent = { rowCount: 1000, rowHeight: 28, viewportPx: 280 }
    const scrollTop = 500
    const after = scrollTopAfterMove(extent, scrollTop, 20, 700)
    expect(700 * 28 - after).toBe(20 * 28 - scrollTop)
    expect(scrollTopAfterMove(extent, scrollTop, 20, 0)).toBe(0)
  })

  it('has room in the pool for two cut rows and the overscan', () => {
    expect(poolSize(280, 28)).toBe(10 + 1 + 2 * OVERSCAN_ROWS)
    expect(poolSize(281, 28)).toBe(11 + 1 + 2 * OVERSCAN_ROWS)
  })
})
