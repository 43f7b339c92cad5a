import { describe, expect, it } from 'vitest'
import type { DetailMark } from '../live/live-detail.ts'
import { markLines } from './strip-marks.ts'

const rows = Array.from({ length: 64 }, (_, id) => ({ identity: String(id), parts: [] }))
const lines = (marks: readonly DetailMark[], rowPx = 8) =>
  markLines(marks, { rows, rowPx }, { from: 1000, to: 2000 }, 500)

describe('marks on a strip', () => {
  it('go from top to bottom where the domain is meant, each kind in its own line', () => {
    const drawn = lines([
      { at: 1500, kind: 'event', label: 'suspended' },
      { at: 2000, kind: 'handover', label: 'to kvm-02' },
    ])
    expect(drawn).toEqual({
      event: 'M250.5 0v512',
      handover: 'M500.5 0v512',
      reset: '',
      edge: 'M250.5 0v512M500.5 0v512',
    })
  })

  it('stay in the row of the vCPU that is meant, high enough to be seen', () => {
    const mark: DetailMark = {
      at: 1100,
      kind: 'reset',
      label: 'counters of vCPU 3 began anew',
      of: { entity: 'vcpu', identity: '3' },
    }
    expect(lines([mark]).reset).toBe('M50.5 24v8')
    expect(lines([mark], 1).reset).toBe('M50.5 1v5')
  })

  it('leave out other times, vCPUs that are not there, disks and NICs', () => {
    const drawn = lines([
      { at: 999, kind: 'event', label: 'before' },
      { at: 2001, kind: 'event', label: 'after' },
      { at: 1500, kind: 'reset', label: 'vCPU 99', of: { entity: 'vcpu', identity: '99' } },
      { at: 1500, kind: 'reset', label: 'vda', of: { entity: 'disk', identity: '3' } },
    ])
    expect(drawn).toEqual({ event: '', reset: '', handover: '', edge: '' })
  })
})
