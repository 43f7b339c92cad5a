import { CAP_KINDS } from '../../lib/derive/row-caps.ts'
import { type DiskBackend, readBackend, storageOf, WANTED_OF_SOURCE } from './disk-source.ts'
import type { FactTexts } from './fact-texts.ts'
import { attribute, child, children, textOf, wholeNumber } from './xml-read.ts'
import type { Wanted, XmlElement } from './xml-tree.ts'

/** Limits in `<iotune>` by libvirt's words without `_sec`: `total_iops`, `read_bytes`, … Only those above 0. */
export type IoLimits = Readonly<Partial<Record<IoLimit, number>>>
export type IoLimit = (typeof CAP_KINDS)[number]

export interface DiskFacts {
  /** As in statistics: `vda`. */
  readonly target: string
  readonly bus: string | null
  /** `disk`, `cdrom`, `lun`, `floppy`. */
  readonly device: string
  readonly format: string | null
  readonly cache: string | null
  readonly backend: DiskBackend
  /** What disks on the same storage have in common: folder, pool, or protocol, pool and host. */
  readonly storage: string | null
  readonly limits: IoLimits
  /** Disks of one group share its limits. */
  readonly limitGroup: string | null
  /** A block job that mirrors this disk, and whether source and copy are equal by now. */
  readonly mirror: { readonly job: string; readonly ready: boolean } | null
}

/** What is read inside a `<disk>`: not the images behind it, however long their chain is. */
export const WANTED_OF_DISK: Wanted = {
  ...{ driver: {}, target: {}, mirror: {} },
  source: WANTED_OF_SOURCE,
  iotune: { group_name: {}, ...Object.fromEntries(CAP_KINDS.map((kind) => [`${kind}_sec`, {}])) },
}

export function readDisks(devices: XmlElement | null, texts: FactTexts): DiskFacts[] {
  return children(devices, 'disk').flatMap((disk) => {
    const target = attribute(child(disk, 'target'), 'dev')
    return target === null ? [] : [readDisk(disk, target, texts)]
  })
}

function readDisk(disk: XmlElement, target: string, texts: FactTexts): DiskFacts {
  const backend = readBackend(disk, texts)
  const driver = child(disk, 'driver')
  const tune = child(disk, 'iotune')
  return {
    target,
    bus: attribute(child(disk, 'target'), 'bus'),
    device: attribute(disk, 'device') ?? 'disk',
    format: attribute(driver, 'type'),
    cache: attribute(driver, 'cache'),
    backend,
    storage: storageOf(backend),
    limits: readLimits(tune),
    limitGroup: textOf(tune, 'group_name'),
    mirror: readMirror(child(disk, 'mirror')),
  }
}

function readLimits(tune: XmlElement | null): IoLimits {
  const limits: Partial<Record<IoLimit, number>> = {}
  for (const name of CAP_KINDS) {
    const value = wholeNumber(textOf(tune, `${name}_sec`))
    if (value !== null && value > 0) limits[name] = value
  }
  return limits
}

function readMirror(mirror: XmlElement | null): DiskFacts['mirror'] {
  if (mirror === null) return null
  const ready = attribute(mirror, 'ready')
  return { job: attribute(mirror, 'job') ?? 'copy', ready: ready === 'yes' || ready === 'pivot' }
}
