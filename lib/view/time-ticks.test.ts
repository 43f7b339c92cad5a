import { describe, expect, it } from 'vitest'
import { clockText, relativeTicks, wallTicks } from './time-ticks.ts'

const labels = (ticks: readonly { readonly label: string }[]) => ticks.map(({ label }) => label)

describe('time ticks', () => {
  it('count back from now, in the unit that fits', () => {
    expect(labels(relativeTicks(300_000, 300))).toEqual(['−5 min', '−4 min', '−3 min', '−2 min', '−1 min', 'now'])
    expect(labels(relativeTicks(60_000, 250))).toEqual(['−60 s', '−45 s', '−30 s', '−15 s', 'now'])
    expect(labels(relativeTicks(7_200_000, 250))).toEqual(['−120 min', '−90 min', '−60 min', '−30 min', 'now'])
    expect(labels(relativeTicks(300_000, 1000))).toContain('−0.5 min')
  })

  it('leave room for their labels', () => {
    for (const pixels of [100, 333, 640, 1400]) {
      const ticks = relativeTicks(3_600_000, pixels)
      const apart = ticks.slice(1).map(({ at }, index) => ((at - ticks[index]!.at) * pixels) / 3_600_000)
      expect(Math.min(...apart, pixels)).toBeGreaterThanOrEqual(56)
    }
  })

  it('of a closed stretch stand at round times of the local clock', () => {
    const to = Date.UTC(2026, 10, 22, 14, 3, 20)
    const ticks = wallTicks(to - 60_000, to, 3_600_000, 250)
    expect(labels(ticks)).toEqual(['15:02:30', '15:02:45', '15:03:00', '15:03:15'])
    expect(ticks.at(-1)!.at).toBe(-5000)
  })

  it('write a time of day', () => {
    expect(clockText(Date.UTC(2026, 0, 1, 9, 5, 7))).toBe('09:05:07')
    expect(clockText(Date.UTC(2026, 0, 1, 9, 5, 7), false)).toBe('09:05')
  })
})
