import { describe, expect, it } from 'vitest'
import { diskFills } from './disk-fill.ts'

const GIB = 1024 ** 3

function raw(disks: readonly (readonly [name: string, sizes: Readonly<Record<string, number>>])[]) {
  const one = (name: string, value: string) => ({ name, type: 'ullong', value, ageMs: 0 })
  return disks.flatMap(([name, sizes], index) => [
    one(`block.${index}.name`, name),
    ...Object.entries(sizes).map(([leaf, size]) => one(`block.${index}.${leaf}`, String(size))),
  ])
}

describe('how full a disk is', () => {
  it('is what the host gave of what the guest sees', () => {
    const fills = diskFills(
      raw([
        ['vda', { allocation: 10 * GIB, capacity: 40 * GIB, physical: 10 * GIB }],
        ['vdb', { allocation: 20 * GIB, capacity: 20 * GIB, physical: 20 * GIB }],
      ]),
    )
    expect(fills.get('vda')).toBe('fill 10.0 GiB of 40.0 GiB (25.0 %)')
    expect(fills.get('vdb')).toBe('fill 20.0 GiB of 20.0 GiB (100 %)')
  })

  it('tells the size of a file or device that is neither', () => {
    const fills = diskFills(raw([['vda', { allocation: 10 * GIB, capacity: 40 * GIB, physical: 60 * GIB }]]))
    expect(fills.get('vda')).toBe('fill 10.0 GiB of 40.0 GiB (25.0 %) in 60.0 GiB')
  })

  it('is not guessed: an empty drive and one without sizes have none', () => {
    const fills = diskFills(
      raw([
        ['sda', { allocation: 0, capacity: 0, physical: 0 }],
        ['vda', { allocation: 5 }],
        ['vdb', {}],
      ]),
    )
    expect([...fills]).toEqual([])
  })

  it('is that of the disk, not of the layers under it', () => {
    const fills = diskFills(
      raw([
        ['vda', { allocation: GIB, capacity: 4 * GIB, physical: GIB }],
        ['vda', { allocation: 3 * GIB, capacity: 4 * GIB, physical: 3 * GIB }],
      ]),
    )
    expect(fills.get('vda')).toContain('1.0 GiB of')
  })
})
