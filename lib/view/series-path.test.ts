import { describe, expect, it } from 'vitest'
import { followsGap, pointAt, summarizeSeries } from './point-series.ts'
import { seriesPath } from './series-path.ts'

/** A point for each second, values as given; null leaves the second out. */
function track(values: readonly (number | readonly [number, number] | null)[]) {
  const kept = values.flatMap((value, index) => (value === null ? [] : [{ value, at: (index + 1) * 1000 }]))
  const ends = ([low, high]: readonly [number, number]) => ({ low, high })
  const pairs = kept.map(({ value }) => ends(typeof value === 'number' ? [value, value] : value))
  return {
    points: {
      count: kept.length,
      times: Float64Array.from(kept, ({ at }) => at),
      spans: new Float64Array(kept.length).fill(1000),
    },
    values: { low: Float64Array.from(pairs, ({ low }) => low), high: Float64Array.from(pairs, ({ high }) => high) },
  }
}

/** A pixel for each second, a pixel for each unit, 0 at the bottom. */
const frame = { from: 0, to: 10_000, left: 0, width: 10, bottomValue: 0, topValue: 100, top: 0, height: 100 }
const draw = (values: Parameters<typeof track>[0], over = {}) => {
  const made = track(values)
  return seriesPath(made.points, made.values, { ...frame, ...over })
}

describe('series path', () => {
  it('goes from point to point', () => {
    expect(draw([10, 20, 30])).toMatchObject({ line: 'M1 90L2 80L3 70', band: '' })
  })

  it('stops at values that are not known and at gaps, and goes on behind them', () => {
    expect(draw([10, 20, Number.NaN, 30, 40]).line).toBe('M1 90L2 80M4 70L5 60')
    expect(draw([10, 20, null, 30, 40]).line).toBe('M1 90L2 80M4 70L5 60')
  })

  it('draws a point that stands alone', () => {
    expect(draw([Number.NaN, 20, Number.NaN]).line).toBe('M2 80h0')
  })

  it('draws what a point spans as a band', () => {
    expect(draw([10, [10, 50], 10])).toMatchObject({
      line: 'M1 90L2 70L3 90',
      band: 'M1 90L2 50L3 90L3 90L2 90L1 90Z',
    })
  })

  it('keeps a spike of one sample when many points share a pixel', () => {
    const values = Array.from({ length: 1000 }, (_, index) => (index === 500 ? 100 : 1))
    const { band, line } = draw(values, { to: 1_000_000, width: 100 })
    expect(line.split('L').length).toBeLessThanOrEqual(102)
    expect(band).toMatch(/L50(\.\d)? 0L/)
  })

  it('draws nothing outside of its time, and clips values beyond the axis', () => {
    expect(draw([10, 20, 30, 40], { from: 2500, to: 3500, width: 1 }).line).toBe('M0.5 70h0')
    expect(draw([10, 500]).line).toBe('M1 90L2 0')
  })

  it('keeps its shape while the picture moves', () => {
    const values = Array.from({ length: 400 }, (_, index) => (index * 37) % 100)
    const shape = (from: number) => {
      const { line } = draw(values, { from, to: from + 200_000, width: 50 })
      return line
        .match(/ [\d.]+/g)!
        .slice(5, 40)
        .join()
    }
    const before = shape(0)
    expect(shape(4000)).toContain(before.split(',').slice(1, 30).join())
  })
})

describe('points', () => {
  const { points, values } = track([10, [0, 40], null, 30])

  it('tell where a gap was', () => {
    expect([0, 1, 2].map((index) => followsGap(points, index))).toEqual([false, false, true])
  })

  it('are found by their moment, and not in a gap', () => {
    expect([1, 1000, 1500, 2500, 3500, 4500].map((at) => pointAt(points, at))).toEqual([0, 0, 1, -1, 2, -1])
  })

  it('are summed up with the time that each stands for', () => {
    expect(summarizeSeries(points, values, 0, 9000)).toEqual({ least: 0, greatest: 40, mean: 20, weightMs: 3000 })
    expect(summarizeSeries(points, values, 5000, 9000).mean).toBeNaN()
  })
})
