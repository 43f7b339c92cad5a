import { describe, expect, it } from 'vitest'
import type { StripModel } from './strip-model.ts'
import { StripPainter } from './strip-painter.ts'
import { FakeDetail } from './testing/fake-detail.ts'

const AROUND = { marks: () => [], momentOf: () => 'then' }
const NOW = 60_000

function modelOf(vcpus: number): StripModel {
  const { tracks } = new FakeDetail({ vcpus, disks: 0, nics: 0, seconds: 30, now: NOW })
  const rows = tracks
    .filter(({ entity }) => entity === 'vcpu')
    .map((track) => ({ identity: track.identity, parts: [{ track, index: 0 }] }))
  return { metric: rows[0]!.parts[0]!.track.series[0]!.metric, rows, rowPx: 1, isStretched: false }
}

describe('what a strip points at', () => {
  it('is a vCPU, in whichever row it is after others came or went', () => {
    const model = modelOf(8)
    const before = new StripPainter(model, AROUND)
    before.setRow(5)
    const after = new StripPainter({ ...model, rows: model.rows.slice(2) }, AROUND)
    after.setIdentity(before.identity)
    expect(after.currentRow).toBe(3)
    expect(after.valueText).toContain('vCPU 5: ')
    const without = new StripPainter({ ...model, rows: model.rows.slice(6) }, AROUND)
    without.setIdentity(before.identity)
    expect(without.currentRow).toBeNull()
    expect(without.valueText).toBe('')
  })

  it('is told with its value at the cursor, as offline where it was, or as not known', () => {
    const model = modelOf(2)
    const painter = new StripPainter(model, AROUND)
    painter.setRow(1)
    painter.point(-5000, { from: NOW - 30_000, to: NOW })
    expect(painter.valueText).toMatch(/^vCPU 1: [\d.]+ %$/)
    painter.point(-55_000, { from: NOW - 60_000, to: NOW })
    expect(painter.valueText).toBe('vCPU 1: not known')
    const [first, row] = model.rows
    const { track } = row!.parts[0]!
    const { metric, low, high } = track.series[0]!
    const plugged = {
      ...{ entity: track.entity, identity: '1', host: track.host, since: NOW - 10_000, until: null, count: 10 },
      ...{ times: track.times.subarray(20), spans: track.spans.subarray(20) },
      series: [{ metric, low: low.subarray(20), high: high.subarray(20) }],
    }
    const later = new StripPainter(
      { ...model, rows: [first!, { ...row!, parts: [{ track: plugged, index: 0 }] }] },
      AROUND,
    )
    later.setRow(1)
    later.point(-20_000, { from: NOW - 60_000, to: NOW })
    expect(later.valueText).toBe('vCPU 1: offline')
    // Nobody watched.
    later.point(-55_000, { from: NOW - 60_000, to: NOW })
    expect(later.valueText).toBe('vCPU 1: not known')
  })
})
