import { describe, expect, it } from 'vitest'
import { resetMarks } from './reset-mark.ts'

const disks = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ entity: 'disk' as const, identity: `vd${i}` }))
const labels = (ofDomain: boolean, count: number, othersWentOn: boolean) =>
  resetMarks({ at: 5, ofDomain, children: disks(count), othersWentOn }).map(({ label }) => label)

describe('[DT22] marks of a sample with resets', () => {
  it('are of each child while others went on, also when a sum of the domain was reset with it', () => {
    expect(labels(true, 2, true)).toEqual(['counters of disk vd0 began anew', 'counters of disk vd1 began anew'])
    expect(labels(false, 1, true)).toEqual(['counters of disk vd0 began anew'])
  })

  it('are one of the domain when no child went on, when none was reset, and when many were', () => {
    expect(labels(true, 2, false)).toEqual(['counters began anew'])
    expect(labels(true, 0, true)).toEqual(['counters began anew'])
    expect(labels(false, 9, true)).toEqual(['counters began anew'])
    expect(labels(false, 0, true)).toEqual([])
  })
})
