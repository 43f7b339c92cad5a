import { describe, expect, it } from 'vitest'
import { TILE_GAP_PX, tileSize } from './tile-size.ts'

describe('charts of one axis', () => {
  it('fit the width they have, all of one size, whatever their number', () => {
    for (const width of [320, 440, 580, 768, 1400, 1890, 3800]) {
      for (let count = 1; count <= 16; count++) {
        const { columns, width: tile, height } = tileSize(width, count)
        expect(columns * tile + (columns - 1) * TILE_GAP_PX).toBeLessThanOrEqual(width)
        expect(columns).toBeLessThanOrEqual(count)
        expect(tile).toBeGreaterThanOrEqual(Math.min(width, 225))
        expect(height).toBeGreaterThan(100)
      }
    }
  })

  it('stand in rows that are as equally full as can be', () => {
    expect(tileSize(740, 4).columns).toBe(2)
    expect(tileSize(740, 6).columns).toBe(3)
    expect(tileSize(3800, 16).columns).toBe(8)
    expect(tileSize(1890, 2).columns).toBe(2)
  })

  it('give name and values a line each where they are narrow', () => {
    expect(tileSize(580, 2)).toMatchObject({ isNarrow: true })
    expect(tileSize(1890, 2)).toMatchObject({ isNarrow: false })
  })
})
