import { describe, expect, it } from 'vitest'
import { metricsOf } from '../../lib/metrics/catalogue.ts'
import { SHRINK_AFTER_MS } from '../../lib/view/held-scale.ts'
import type { ChartSeries } from './chart-model.ts'
import { SharedScale } from './shared-scale.ts'

const metric = metricsOf('domain').find(({ id }) => id === 'cpuPercent')!

/** A series with one value a second, from 1 s on. */
function seriesOf(...values: number[]): ChartSeries {
  const track = {
    ...{ entity: 'domain' as const, identity: '', host: 'a', since: null, until: null, count: values.length },
    times: Float64Array.from(values, (_, second) => (second + 1) * 1000),
    spans: new Float64Array(values.length).fill(1000),
    series: [{ metric, low: Float64Array.from(values), high: Float64Array.from(values) }],
  }
  return { key: 'cpu', label: 'CPU', metric, colour: 1, parts: [{ track, index: 0 }] }
}

const time = { from: 0, to: 10_000 }

describe('an axis of several charts', () => {
  it('shows what any of them has, whichever asks', () => {
    const scale = new SharedScale(metric)
    scale.setMembers([seriesOf(3, 8), seriesOf(310, 20), seriesOf()])
    expect(scale.extent(time, 1)).toEqual([3, 310])
    const shown = scale.update(...scale.extent(time, 1), 1)
    expect([shown.bottom, shown.top]).toEqual([0, 400])
    expect(scale.update(...scale.extent(time, 1), 1)).toBe(shown)
  })

  it('looks only at the stretch that shows, and anew at each drawing', () => {
    const scale = new SharedScale(metric)
    const busy = seriesOf(310, 20)
    scale.setMembers([seriesOf(3, 8), busy])
    const late = { from: 1500, to: 10_000 }
    expect(scale.extent(late, 1)).toEqual([8, 20])
    busy.parts[0]!.track.series[0]!.high[1] = 90
    expect(scale.extent(late, 1)).toEqual([8, 20])
    expect(scale.extent(late, 2)).toEqual([8, 90])
  })

  it('stays as it is for a while when the chart that needed it goes', () => {
    const scale = new SharedScale(metric)
    const quiet = seriesOf(3, 8)
    scale.setMembers([quiet, seriesOf(310)])
    const wide = scale.update(...scale.extent(time, 1), 1)
    scale.setMembers([quiet])
    expect(scale.update(...scale.extent(time, 2), 2)).toBe(wide)
    expect(scale.update(...scale.extent(time, 3), 3 + SHRINK_AFTER_MS).top).toBeLessThan(20)
  })
})
