import { CAP_KINDS } from '../../lib/derive/row-caps.ts'
import { attribute, child, children, textOf, wholeNumber } from './xml-read.ts'
import type { XmlElement } from './xml-tree.ts'

/** What a disk's data lie on. */
export type DiskBackend =
  | { readonly kind: 'file'; readonly path: string; readonly folder: string }
  | { readonly kind: 'block'; readonly device: string }
  | { readonly kind: 'volume'; readonly pool: string; readonly volume: string }
  | {
      readonly kind: 'network'
      readonly protocol: string
      readonly name: string | null
      readonly hosts: readonly string[]
    }
  /** Another kind that libvirt has, by its own word; or an empty drive. */
  | { readonly kind: 'other'; readonly type: string }

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

const WEB: ReadonlySet<string> = new Set(['http', 'https', 'ftp', 'ftps'])

export function readDisks(devices: XmlElement | null): DiskFacts[] {
  return children(devices, 'disk').flatMap((disk) => {
    const target = attribute(child(disk, 'target'), 'dev')
    return target === null ? [] : [readDisk(disk, target)]
  })
}

function readDisk(disk: XmlElement, target: string): DiskFacts {
  const backend = readBackend(disk)
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

function readBackend(disk: XmlElement): DiskBackend {
  const type = attribute(disk, 'type') ?? 'file'
  const source = child(disk, 'source')
  const file = attribute(source, 'file')
  const device = attribute(source, 'dev')
  const [pool, volume] = [attribute(source, 'pool'), attribute(source, 'volume')]
  const protocol = attribute(source, 'protocol')
  if (file !== null) return { kind: 'file', path: file, folder: folderOf(file) }
  if (device !== null) return { kind: 'block', device }
  if (pool !== null && volume !== null) return { kind: 'volume', pool, volume }
  if (protocol !== null) {
    const hosts = children(source, 'host').flatMap((host) => hostText(host) ?? [])
    return { kind: 'network', protocol, name: nameOf(protocol, attribute(source, 'name')), hosts }
  }
  return { kind: 'other', type: source === null ? 'empty' : type }
}

/** What follows a `?` on the web is a query, and often signs for who asks: it is no part of the name. */
function nameOf(protocol: string, name: string | null): string | null {
  return name !== null && WEB.has(protocol) ? name.split('?')[0] || null : name
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')))
}

function hostText(host: XmlElement): string | null {
  const [name, port] = [attribute(host, 'name'), attribute(host, 'port')]
  if (name === null) return attribute(host, 'socket')
  return port === null ? name : `${name}:${port}`
}

function storageOf(backend: DiskBackend): string | null {
  switch (backend.kind) {
    case 'file':
      return backend.folder
    case 'block':
      return folderOf(backend.device)
    case 'volume':
      return `pool ${backend.pool}`
    case 'network': {
      const pool = backend.name?.split('/')[0]
      const place = pool === undefined ? backend.protocol : `${backend.protocol} ${pool}`
      return backend.hosts[0] === undefined ? place : `${place} at ${backend.hosts[0]}`
    }
    default:
      return null
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
