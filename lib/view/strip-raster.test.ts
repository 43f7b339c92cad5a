import { describe, expect, it } from 'vitest'
import { COLOUR_STEPS, cividis, colourCells, rasterRow, rasterTime } from './strip-raster.ts'

const times = (ends: readonly number[], span = 1000) => ({
  count: ends.length,
  times: Float64Array.from(ends),
  spans: new Float64Array(ends.length).fill(span),
})

function raster(points: ReturnType<typeof times>, values: readonly number[], columns = 6, columnMs = 1000) {
  const out = new Float32Array(columns)
  rasterRow(points, Float64Array.from(values), { from: 0, columnMs, columns }, out, 0)
  return [...out]
}

describe('strip raster', () => {
  it('has a column for each stretch of time, and nothing where nothing is known', () => {
    expect(raster(times([1000, 2000, 5000]), [10, 20, 50])).toEqual([10, 20, NaN, NaN, 50, NaN])
    expect(raster(times([1000, 2000]), [10, Number.NaN], 2)).toEqual([10, NaN])
  })

  it('fills all that a long point stands for', () => {
    expect(raster(times([4000], 3000), [7])).toEqual([NaN, 7, 7, 7, NaN, NaN])
  })

  it('shows the greatest of the points in a column', () => {
    expect(raster(times([250, 500, 750, 1000], 250), [1, 90, 2, 3], 2)).toEqual([90, NaN])
  })

  it('begins at whole columns, so that a cell keeps what it shows while time goes on', () => {
    const { from, columnMs, columns } = rasterTime(12_345, 72_345, 60)
    expect({ from, columnMs, columns }).toEqual({ from: 12_000, columnMs: 1000, columns: 61 })
    expect(rasterTime(12_999, 72_999, 60).from).toBe(12_000)
  })

  it('colours by the table, clips beyond its ends, and leaves out what is unknown', () => {
    const colours = Uint32Array.from({ length: COLOUR_STEPS }, (_, index) => index + 1)
    const out = new Uint32Array(5)
    colourCells(Float32Array.of(0, 60, 100, 400, Number.NaN), 100, colours, 0, out)
    expect([...out]).toEqual([1, 154, 256, 256, 0])
  })

  it('goes from dark blue to yellow, ever lighter', () => {
    const words = [...cividis()]
    const light = words.map(
      (word) => 0.2126 * (word & 255) + 0.7152 * ((word >> 8) & 255) + 0.0722 * ((word >> 16) & 255),
    )
    expect(light.every((value, index) => index === 0 || value >= light[index - 1]! - 0.5)).toBe(true)
    expect(words[0]! & 255).toBeLessThan(20)
    expect(words.at(-1)! & 255).toBeGreaterThan(240)
  })
})
