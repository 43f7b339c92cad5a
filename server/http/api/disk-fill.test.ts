import { describe, expect, it } from 'vitest'
import { readDomainFacts } from '../../facts/domain-facts.ts'
import { diskFills } from './disk-fill.ts'

const MIB = 1024 ** 2

type Sizes = Readonly<Record<'allocation' | 'capacity' | 'physical', number>>
interface Disk {
  readonly name?: string
  readonly path?: string
  readonly sizes?: Partial<Sizes>
}

function raw(disks: readonly Disk[]) {
  const one = (name: string, value: string) => ({ name, type: 'ullong' as const, value, ageMs: 0 })
  return disks.flatMap(({ name = 'vda', path, sizes = {} }, index) => [
    one(`block.${index}.name`, name),
    ...(path === undefined ? [] : [one(`block.${index}.path`, path)]),
    ...Object.entries(sizes).map(([leaf, size]) => one(`block.${index}.${leaf}`, String(size))),
  ])
}

const factsOf = (disk: string) =>
  readDomainFacts(`<domain><devices>${disk}<target dev='vda'/></disk></devices></domain>`)
/** The only disk, as `[used, note]`. */
function fillOf(disk: Disk, xml: string | null = null): readonly [number | null, string | null] {
  const [fill] = diskFills(raw([disk]), xml === null ? null : factsOf(xml))
  return [fill!.usedBytes, fill!.note]
}

const FILE = '/images/vda.img'
// As libvirt 9.0, 11.3 and 12.8 tell them of running guests.
const FULL_QCOW2 = { allocation: 0, capacity: 8 * MIB, physical: 8_654_848 }
const EMPTY_QCOW2 = { allocation: 0, capacity: 8 * MIB, physical: 200_704 }
const WHOLE = { allocation: 0, capacity: 8 * MIB, physical: 8 * MIB }

describe('how full a disk of a running guest is [RA50]', () => {
  it('is what the host has allocated, whatever offset was written last', () => {
    expect(fillOf({ path: FILE, sizes: FULL_QCOW2 })).toEqual([8_654_848, null])
    expect(fillOf({ path: FILE, sizes: EMPTY_QCOW2 })).toEqual([200_704, null])
    expect(fillOf({ path: FILE, sizes: { ...EMPTY_QCOW2, allocation: 8 * MIB } })).toEqual([200_704, null])
  })

  it('is full where the file takes all there is, but a sparse file without data looks the same until it is written', () => {
    expect(fillOf({ path: FILE, sizes: WHOLE })).toEqual([8 * MIB, expect.stringContaining('still empty')])
    expect(fillOf({ path: FILE, sizes: { ...WHOLE, allocation: 512 } })).toEqual([8 * MIB, null])
  })

  it.each([
    ['its XML', '/dev/dm-3', "<disk type='block'><source dev='/dev/dm-3'/>"],
    ['a link that its XML calls a device', '/links/lun-1', "<disk type='block'><source dev='/links/lun-1'/>"],
    ['its path, where the XML names a volume', '/dev/vg/lv', "<disk type='volume'><source pool='p' volume='v'/>"],
    ['its path, before the XML was read', '/dev/vg/lv', null],
  ])('is not known of a block device, told by %s: only its size is', (_, path, xml) => {
    expect(fillOf({ path, sizes: WHOLE }, xml)).toEqual([null, expect.stringContaining('block device')])
    expect(fillOf({ path, sizes: { ...WHOLE, physical: 64 * MIB } }, xml)[0]).toBeNull()
  })

  it('is that of a file also in shared memory, and of a volume that is a file', () => {
    expect(fillOf({ path: '/dev/shm/a.img', sizes: FULL_QCOW2 })[0]).toBe(8_654_848)
    const volume = "<disk type='volume'><source pool='p' volume='v'/>"
    expect(fillOf({ path: FILE, sizes: EMPTY_QCOW2 }, volume)[0]).toBe(200_704)
  })

  it('is not known of storage on the network that does not tell: libvirt then repeats the capacity', () => {
    const rbd = "<disk type='network'><source protocol='rbd' name='pool/vda'/>"
    const written = { ...WHOLE, allocation: MIB }
    expect(fillOf({ path: 'pool/vda', sizes: written }, rbd)).toEqual([null, expect.stringContaining('does not tell')])
    expect(fillOf({ sizes: written })[0]).toBeNull()
    expect(fillOf({ path: 'pool/vda', sizes: EMPTY_QCOW2 }, rbd)[0]).toBe(200_704)
  })

  it('is left out where there are no sizes: an empty drive, a guest that does not run', () => {
    const drives = [{ name: 'sda', sizes: { allocation: 0, capacity: 0, physical: 0 } }, { name: 'hdc' }]
    expect(diskFills(raw([...drives, { path: FILE, sizes: { allocation: 5 } }]), null)).toEqual([])
  })

  it('is that of the disk, not of the layers under it', () => {
    const fills = diskFills(
      raw([
        { path: FILE, sizes: EMPTY_QCOW2 },
        { path: '/images/base.img', sizes: FULL_QCOW2 },
        { name: 'vdb', path: '/images/vdb.img', sizes: FULL_QCOW2 },
      ]),
      null,
    )
    expect(fills.map(({ disk, usedBytes }) => [disk, usedBytes])).toEqual([
      ['vda', 200_704],
      ['vdb', 8_654_848],
    ])
  })
})
