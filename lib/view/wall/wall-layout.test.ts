import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shiftAt } from './pixel-shift.ts'
import { turnAt } from './rotation.ts'
import { textSize } from './text-size.ts'
import { TickPace } from './tick-pace.ts'
import { layoutWall } from './wall-layout.ts'
import { DEFAULT_PICTURE } from './wall-link.ts'
import type { WallPanel } from './wall-panel.ts'

const FULL_HD = { widthPx: 1920, heightPx: 1080 }

describe('text of a wall', () => {
  it('has capitals of a two-hundredth of the distance: 24 rows on 55 inches at 3 m', () => {
    const { fontPx, rowPx } = textSize(FULL_HD, 3, 55)
    const mmPerPx = (55 * 25.4) / Math.hypot(1920, 1080)
    expect(fontPx * 0.727 * mmPerPx).toBeGreaterThanOrEqual(15)
    expect(fontPx * 0.727 * mmPerPx).toBeLessThan(15.2)
    expect(Math.floor(1080 / rowPx)).toBe(24)
  })

  it('is as many rows on any resolution, and larger from further away', () => {
    const rows = (stage: typeof FULL_HD, distance: number) =>
      Math.floor(stage.heightPx / textSize(stage, distance, 55).rowPx)
    expect(rows({ widthPx: 3840, heightPx: 2160 }, 3)).toBe(24)
    expect(rows({ widthPx: 1080, heightPx: 1920 }, 3)).toBe(43)
    expect(rows(FULL_HD, 6)).toBe(12)
  })
})

const someKind = fc.constantFrom<WallPanel>(
  { kind: 'totals' },
  { kind: 'conditions' },
  { kind: 'hosts' },
  { kind: 'events' },
  { kind: 'heat', metric: 'cpuPercent' },
  { kind: 'top', metric: 'cpuPercent', count: null },
  { kind: 'top', metric: 'cpuPercent', count: 3 },
)

describe('layout of a wall', () => {
  it('puts the default picture on one page of a screen in landscape, and in portrait', () => {
    for (const [widthEm, rows] of [
      [59, 22],
      [33, 41],
    ] as const) {
      const pages = layoutWall(DEFAULT_PICTURE.panels, widthEm, rows)
      expect(pages).toHaveLength(1)
      expect(pages[0]!.panels).toHaveLength(DEFAULT_PICTURE.panels.length)
    }
  })

  it('shows every panel once, none over another and none beyond the screen, whatever there is', () => {
    fc.assert(
      fc.property(
        fc.array(someKind, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 4, max: 120 }),
        fc.integer({ min: 1, max: 60 }),
        (panels, widthEm, rows) => {
          const pages = layoutWall(panels, widthEm, rows)
          expect(pages.flatMap((page) => page.panels.map(({ index }) => index)).sort((a, b) => a - b)).toEqual([
            ...panels.keys(),
          ])
          for (const { columns, panels: placed } of pages) {
            const taken = new Set<string>()
            for (const { column, span, top, rows: height } of placed) {
              expect(height).toBeGreaterThan(0)
              expect(top + height).toBeLessThanOrEqual(rows)
              expect(column + span).toBeLessThanOrEqual(columns)
              for (let x = column; x < column + span; x++)
                for (let y = top; y < top + height; y++) {
                  expect(taken.has(`${x} ${y}`)).toBe(false)
                  taken.add(`${x} ${y}`)
                }
            }
          }
        },
      ),
    )
  })

  it('leaves no row of a column empty', () => {
    const [page] = layoutWall(DEFAULT_PICTURE.panels, 59, 22)
    for (let column = 0; column < page!.columns; column++) {
      const ends = page!.panels
        .filter((one) => one.column === column && one.span === 1)
        .map((one) => one.top + one.rows)
      expect(Math.max(...ends)).toBe(22)
    }
  })
})

describe('rotation', () => {
  it('gives each picture its own time, for ever', () => {
    const seconds = [10, 5, 20]
    const at = (elapsed: number) => turnAt(seconds, elapsed * 1000).index
    expect([0, 9.9, 10, 14.9, 15, 34.9, 35, 45].map(at)).toEqual([0, 0, 1, 1, 2, 2, 0, 1])
    expect(at(35 * 1_000_000 + 12)).toBe(1)
    expect(turnAt(seconds, 12_000).leftMs).toBe(3000)
    expect(turnAt([30], 1e9)).toEqual({ index: 0, leftMs: Number.POSITIVE_INFINITY })
  })
})

describe('pixel shift', () => {
  it('moves once a minute, at most 4 px, and visits all of the square', () => {
    const minutes = Array.from({ length: 24 * 60 }, (_, minute) => shiftAt(minute * 60_000 + 30_000))
    expect(shiftAt(59_999)).toEqual(shiftAt(0))
    expect(Math.max(...minutes.map(({ x, y }) => Math.max(Math.abs(x), Math.abs(y))))).toBe(4)
    expect(new Set(minutes.map(({ x, y }) => `${x} ${y}`)).size).toBe(81)
    for (const [index, { x, y }] of minutes.entries()) {
      const { x: lastX, y: lastY } = minutes[index - 1] ?? { x: -1, y: 0 }
      expect(Math.abs(x - lastX)).toBe(1)
      expect(Math.abs(y - lastY)).toBeLessThanOrEqual(1)
    }
  })
})

describe('pace of painting', () => {
  it('paints each second while it is cheap, and more seldom before it takes too much', () => {
    const pace = new TickPace()
    for (let i = 0; i < 20; i++) pace.painted(12)
    expect([pace.intervalMs, pace.isSlow]).toEqual([1000, false])
    for (let i = 0; i < 20; i++) pace.painted(120)
    expect([pace.intervalMs, pace.isSlow]).toEqual([2400, true])
    for (let i = 0; i < 20; i++) pace.painted(5000)
    expect(pace.intervalMs).toBe(5000)
    for (let i = 0; i < 60; i++) pace.painted(12)
    expect(pace.intervalMs).toBe(1000)
  })

  it('is not slowed by one slow painting among quick ones', () => {
    const pace = new TickPace()
    for (let i = 0; i < 10; i++) pace.painted(4)
    pace.painted(90)
    expect(pace.intervalMs).toBe(1000)
  })
})
