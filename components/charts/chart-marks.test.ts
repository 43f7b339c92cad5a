import { describe, expect, it } from 'vitest'
import { TrackPoints } from '../../lib/sync/detail/track-points.ts'
import type { DetailMark, DetailTrack } from '../live/live-detail.ts'
import { isOfChart, labelsNear } from './chart-marks.ts'
import type { ChartSeries } from './chart-model.ts'

function lineOf(entity: DetailTrack['entity'], identity: string): ChartSeries {
  const track = new TrackPoints(
    { number: 0, entity, identity, host: 'kvm-01', set: 0, since: null, until: null },
    entity === 'disk' ? ['diskReadIops'] : ['vcpuPercent'],
  )
  const { metric } = track.series[0]!
  return { key: identity, label: identity, metric, colour: 1, parts: [{ track, index: 0 }] }
}

describe('marks on a chart', () => {
  const mark: DetailMark = { at: 0, kind: 'reset', label: 'counters of disk vdb began anew' }
  const ofDisk: DetailMark = { ...mark, of: { entity: 'disk', identity: 'vdb' } }

  it('are those of the whole domain, and those of what its lines are of', () => {
    expect(isOfChart(mark, [lineOf('vcpu', '0')])).toBe(true)
    expect(isOfChart(ofDisk, [lineOf('disk', 'vda'), lineOf('disk', 'vdb')])).toBe(true)
    expect(isOfChart(ofDisk, [lineOf('disk', 'vda')])).toBe(false)
    expect(isOfChart({ ...mark, of: { entity: 'vcpu', identity: '1' } }, [lineOf('disk', '1')])).toBe(false)
  })

  it('are told by their labels, those nearest to what is pointed at where there are too many', () => {
    const marks = [1, 2, 3, 4, 5, 6, 7].map((at): DetailMark => ({ at, kind: 'event', label: `event ${at}` }))
    expect(labelsNear(marks, 6, 3)).toEqual(['event 4', 'event 5', 'event 6', 'event 7'])
    expect(labelsNear(marks, 1, 1)).toEqual(['event 1', 'event 2'])
    const [first, second] = marks
    expect(labelsNear([first!, { ...second!, label: first!.label }, marks[2]!], 2, 1)).toEqual(['event 1', 'event 3'])
  })
})
