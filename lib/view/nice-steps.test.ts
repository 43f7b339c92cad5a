import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { METRICS } from '../metrics/catalogue.ts'
import { niceScale } from './nice-steps.ts'

const SEED = 11
const percent = { id: 'cpuPercent', unit: '%' } as const

describe('nice steps', () => {
  it('shows percent in quarters and halves of a hundred', () => {
    expect(niceScale(0, 99, percent).ticks).toEqual([0, 25, 50, 75, 100])
    expect(niceScale(0, 42, percent).ticks).toEqual([0, 20, 40, 60])
    expect(niceScale(0, 100, percent).top).toBe(100)
  })

  it('shows bytes in powers of two, network rates in round bits', () => {
    expect(niceScale(0, 3.5 * 1024 ** 2, { id: 'memoryUsedKiB', unit: 'KiB' }).top).toBe(4 * 1024 ** 2)
    expect(niceScale(0, 100e6 / 8, { id: 'netRxBps', unit: 'B/s' }).ticks.map((value) => value * 8)).toEqual([
      0, 50e6, 100e6,
    ])
  })

  it('counts in whole steps, and goes below zero where values do', () => {
    expect(niceScale(0, 3, { id: 'vcpuOnline', unit: 'count' }).ticks).toEqual([0, 1, 2, 3, 4])
    const { bottom, ticks } = niceScale(-0.3, 2, { id: 'overheadCores', unit: 'cores' })
    expect(bottom).toBe(-1)
    expect(ticks).toContain(0)
  })

  it('has a least height, so that noise around zero stays low', () => {
    expect(niceScale(0, 0, percent).top).toBe(4)
    expect(niceScale(0, 0.01, { id: 'diskLatencyNs', unit: 'ns' }).top).toBe(100_000)
  })

  it(`covers all values with two to six ticks, whatever the metric (seed ${SEED})`, () => {
    const metrics = fc.constantFrom(...METRICS.filter(({ unit }) => unit !== 'word'))
    fc.assert(
      fc.property(metrics, fc.double({ min: 0, max: 1e15, noNaN: true }), (metric, high) => {
        const { bottom, top, ticks } = niceScale(0, high, metric)
        expect(bottom).toBe(0)
        expect(top).toBeGreaterThanOrEqual(high * (1 - 1e-8))
        expect(ticks.length).toBeGreaterThanOrEqual(2)
        expect(ticks.length).toBeLessThanOrEqual(6)
        expect(ticks.at(-1)).toBe(top)
      }),
      { seed: SEED, numRuns: 500 },
    )
  })
})
