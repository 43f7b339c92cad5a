import { describe, expect, it } from 'vitest'
import { RESET_VALUE } from '../../columns/derived-column.ts'
import { followsGap } from '../../view/point-series.ts'
import { TrackPoints } from './track-points.ts'

const BUCKET_MS = 2000

function track(...samples: readonly (readonly [end: number, cpu: number, vcpus: number])[]): TrackPoints {
  const ids = ['cpuPercent', 'vcpuOnline']
  const fact = { number: 1, entity: 'domain', identity: '', host: 'a', set: 0, since: null, until: null } as const
  const made = new TrackPoints(fact, ids)
  for (const [end, ...values] of samples) made.add(end, 500, Float64Array.from(values), BUCKET_MS)
  return made
}

function cpuOf({ series, count }: TrackPoints): readonly number[] {
  return [...series[0]!.high.subarray(0, count)]
}

describe('live points', () => {
  it('are one while they lie within one bucket', () => {
    const points = track([500, 10, 4], [1000, 30, 4], [1500, 20, 4], [2000, 50, 4])
    expect(cpuOf(points)).toEqual([30, 50])
    expect([...points.series[0]!.low.subarray(0, 2)]).toEqual([10, 50])
    expect([...points.spans.subarray(0, 2)]).toEqual([1500, 500])
  })

  it('part where counters began anew, however short the time was (DT21)', () => {
    const points = track([500, 10, 4], [1000, RESET_VALUE, 4], [1500, 20, 4], [1900, 30, 4])
    expect(cpuOf(points)).toEqual([10, Number.NaN, 30])
    expect(points.series[1]!.high.subarray(0, 3)).toEqual(Float64Array.of(4, 4, 4))
    expect(points.times.subarray(0, 3)).toEqual(Float64Array.of(500, 1000, 1900))
  })

  it('part there also when nothing at all was known', () => {
    const points = track([500, 10, 4], [1000, RESET_VALUE, Number.NaN], [1500, 20, 4])
    expect(cpuOf(points)).toEqual([10, 20])
    expect(followsGap(points, 1)).toBe(true)
  })
})
