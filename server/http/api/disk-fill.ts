import type { DiskBackend } from '../../facts/disk-source.ts'
import type { DomainFacts } from '../../facts/domain-facts.ts'
import type { RawParameter } from '../../fleet/fleet-reader.ts'

/** How full the image of a disk is on the host, as far as libvirt tells. */
export interface DiskFill {
  /** As in statistics: `vda`. */
  readonly disk: string
  /** Bytes that the host has given to the image; null when nobody can tell. */
  readonly usedBytes: number | null
  /** What the guest sees. */
  readonly capacityBytes: number
  /** What must be said beside it, or why it is not known. */
  readonly note: string | null
}

const DISK_NAME = /^block\.(\d+)\.name$/
const SHARED_MEMORY = '/dev/shm/'

/**
 * How full each disk of a running domain is.
 *
 * @remarks `block.N.physical` is what the host has allocated for a file. `block.N.allocation` is no measure: while a guest
 * runs it is the highest offset that was written since it started, 0 for an image full of data. Tried on libvirt 9.0,
 * 11.3 and 12.8. Statistics of disks are asked only of domains that run. Disks without sizes are left out.
 * @param facts - For what a disk lies on; null while the XML was not read, and then the path tells.
 */
export function diskFills(raw: readonly RawParameter[], facts: DomainFacts | null): readonly DiskFill[] {
  const values = new Map(raw.map(({ name, value }) => [name, value]))
  const fills = new Map<string, DiskFill>()
  for (const { name, value: disk } of raw) {
    const index = DISK_NAME.exec(name)?.[1]
    // The first of the name is the disk itself; layers of its backing chain follow under the same one.
    if (index === undefined || fills.has(disk)) continue
    const size = (leaf: string): number => Number(values.get(`block.${index}.${leaf}`) ?? Number.NaN)
    const sizes = { used: size('physical'), capacityBytes: size('capacity'), highest: size('allocation') }
    if (!(sizes.used > 0 && sizes.capacityBytes > 0)) continue
    const backend = facts?.disks.find(({ target }) => target === disk)?.backend ?? null
    fills.set(disk, { disk, ...fillOf(sizes, mediumOf(backend, values.get(`block.${index}.path`) ?? null)) })
  }
  return [...fills.values()]
}

interface Sizes {
  readonly used: number
  readonly capacityBytes: number
  /** The highest offset written since the process started. */
  readonly highest: number
}

function fillOf({ used, capacityBytes, highest }: Sizes, medium: Medium): Omit<DiskFill, 'disk'> {
  const isWhole = used === capacityBytes
  if (medium === 'device')
    return { usedBytes: null, capacityBytes, note: 'of a block device libvirt tells only the size' }
  // Where QEMU cannot tell what an image takes, libvirt puts its capacity there.
  if (medium === 'network' && isWhole) return { usedBytes: null, capacityBytes, note: 'its storage does not tell' }
  // Where a file takes nothing yet, libvirt puts its length there.
  const note = isWhole && highest === 0 ? 'or still empty: libvirt says the same of a sparse file without data' : null
  return { usedBytes: used, capacityBytes, note }
}

type Medium = 'file' | 'device' | 'network'

/** What a disk lies on, by its XML where that says it, else by the path in its statistics. */
function mediumOf(backend: DiskBackend | null, path: string | null): Medium {
  if (backend?.kind === 'block') return 'device'
  if (backend?.kind === 'network' || path === null) return 'network'
  if (path.startsWith('/dev/') && !path.startsWith(SHARED_MEMORY)) return 'device'
  return path.startsWith('/') ? 'file' : 'network'
}
