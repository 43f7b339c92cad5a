import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { burstIntegral, dayIntegral, drift, MAX_BURST_HEIGHT } from './signals.ts'

const seconds = fc.double({ min: 0, max: 1e7, noNaN: true })
const hash = fc.integer({ min: 0, max: 0xffffffff })

describe('burstIntegral', () => {
  it('never falls and never grows faster than its height, seed 11', () => {
    fc.assert(
      fc.property(seconds, fc.double({ min: 0.001, max: 500, noNaN: true }), hash, (t, dt, seed) => {
        const [period, work] = [40, 1_000]
        const grown = burstIntegral(t + dt, period, work, seed) - burstIntegral(t, period, work, seed)
        expect(grown).toBeGreaterThanOrEqual(0)
        expect(grown).toBeLessThanOrEqual((work / period) * MAX_BURST_HEIGHT * dt + 1e-3)
      }),
      { seed: 11, numRuns: 2000 },
    )
  })

  it('has done exactly its work at the end of each period', () => {
    for (let index = 0; index < 100; index++) expect(burstIntegral(index * 25, 25, 7, 99)).toBe(index * 7)
  })

  it('is nothing without work', () => {
    expect(burstIntegral(1234.5, 10, 0, 3)).toBe(0)
  })
})

describe('dayIntegral', () => {
  it('agrees with a sum of small steps', () => {
    const [omega, amplitude, phase, step] = [0.01, 0.7, 2, 0.01]
    let sum = 0
    for (let i = 0; i < 100_000; i++) sum += (1 + amplitude * Math.sin(omega * (i + 0.5) * step + phase)) * step
    expect(dayIntegral(1_000, omega, amplitude, phase)).toBeCloseTo(sum, 2)
  })

  it('always grows, seed 12', () => {
    fc.assert(
      fc.property(seconds, fc.double({ min: 0.001, max: 100, noNaN: true }), (t, dt) => {
        expect(dayIntegral(t + dt, 0.002, 0.8, 1)).toBeGreaterThan(dayIntegral(t, 0.002, 0.8, 1))
      }),
      { seed: 12, numRuns: 1000 },
    )
  })
})

describe('drift', () => {
  it('stays between 0 and 1 and does not jump, seed 13', () => {
    fc.assert(
      fc.property(seconds, hash, (t, seed) => {
        const value = drift(t, 100, seed)
        expect(value).toBeGreaterThanOrEqual(0)
        expect(value).toBeLessThanOrEqual(1)
        expect(Math.abs(drift(t + 0.1, 100, seed) - value)).toBeLessThan(0.01)
      }),
      { seed: 13, numRuns: 1000 },
    )
  })
})
