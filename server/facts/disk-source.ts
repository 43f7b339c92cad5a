import type { FactTexts } from './fact-texts.ts'
import { attribute, child, children } from './xml-read.ts'
import type { Wanted, XmlElement } from './xml-tree.ts'

/** What a disk's data lie on. */
export type DiskBackend =
  /** Folder null: the path has none, as it begins nowhere or is no path. */
  | { readonly kind: 'file'; readonly path: string; readonly folder: string | null }
  | { readonly kind: 'block'; readonly device: string }
  | { readonly kind: 'dir'; readonly path: string }
  | { readonly kind: 'volume'; readonly pool: string; readonly volume: string }
  | {
      readonly kind: 'network'
      readonly protocol: string
      readonly name: string | null
      /** `name`, `name:port`, `[fd00::5]:port`, or the path of a socket. */
      readonly hosts: readonly string[]
    }
  /** A drive on the host's PCI bus, as `0000:01:00.0`, and its namespace. */
  | { readonly kind: 'nvme'; readonly address: string; readonly namespace: string | null }
  /** A process on the host that serves the disk, by its socket. */
  | { readonly kind: 'vhostuser'; readonly socket: string }
  /** Another kind that libvirt has, by its own word; or an empty drive. */
  | { readonly kind: 'other'; readonly type: string }

/** What is read inside a `<source>`. */
export const WANTED_OF_SOURCE: Wanted = { host: {}, address: {} }

const WEB: ReadonlySet<string> = new Set(['http', 'https', 'ftp', 'ftps'])

/** Reads what a `<disk>` lies on. */
export function readBackend(disk: XmlElement, texts: FactTexts): DiskBackend {
  const type = attribute(disk, 'type') ?? 'file'
  const source = child(disk, 'source')
  const path = (name: string) => texts.shown(source?.attributes.get(name), 'path')
  const [file, device, directory] = [path('file'), path('dev'), path('dir')]
  const [pool, volume] = [attribute(source, 'pool'), attribute(source, 'volume')]
  if (file !== null) return { kind: 'file', path: file, folder: folderOf(file) }
  if (device !== null) return { kind: 'block', device }
  if (directory !== null) return { kind: 'dir', path: directory }
  if (pool !== null && volume !== null) return { kind: 'volume', pool, volume }
  return (
    readNetwork(source, texts) ?? readDevice(source, type) ?? { kind: 'other', type: source === null ? 'empty' : type }
  )
}

function readNetwork(source: XmlElement | null, texts: FactTexts): DiskBackend | null {
  const protocol = attribute(source, 'protocol')
  if (protocol === null) return null
  const hosts = children(source, 'host').flatMap((host) => hostText(host) ?? [])
  return {
    kind: 'network',
    protocol,
    name: texts.shown(nameOf(protocol, source?.attributes.get('name')), 'path'),
    hosts,
  }
}

/** Disks whose type alone tells what the source's attributes mean. */
function readDevice(source: XmlElement | null, type: string): DiskBackend | null {
  const socket = attribute(source, 'path')
  if (type === 'vhostuser' && socket !== null) return { kind: 'vhostuser', socket }
  const address = child(source, 'address')
  if (type !== 'nvme' || address === null) return null
  const digits = (name: string, length: number) =>
    (attribute(address, name) ?? '0').replace(/^0x/i, '').toLowerCase().padStart(length, '0')
  const slot = `${digits('domain', 4)}:${digits('bus', 2)}:${digits('slot', 2)}.${digits('function', 1)}`
  return { kind: 'nvme', address: slot, namespace: attribute(source, 'namespace') }
}

/** What follows a `?` on the web is a query, and often signs for who asks: it is no part of the name. */
function nameOf(protocol: string, name: string | undefined): string | undefined {
  return WEB.has(protocol) ? name?.split(/[?#]/)[0] : name
}

/** Without a slash there is no folder that we know; what QEMU takes for an address, `json:{…}` or `nbd://…`, is no path. */
function folderOf(path: string): string | null {
  const end = path.lastIndexOf('/')
  if (end < 0 || /^[a-z][a-z\d+.-]*:/i.test(path)) return null
  return path.slice(0, end).replace(/\/+$/, '') || '/'
}

function hostText(host: XmlElement): string | null {
  const [name, port] = [attribute(host, 'name'), attribute(host, 'port')]
  if (name === null) return attribute(host, 'socket')
  // Only an IPv6 address has colons; in brackets it is told from its port. libvirt takes it with brackets too.
  const bracketed = name.includes(':') && !name.startsWith('[') ? `[${name}]` : name
  return port === null ? bracketed : `${bracketed}:${port}`
}

/** What disks on the same storage have in common: folder, pool, or protocol, pool and host; null when nothing is known. */
export function storageOf(backend: DiskBackend): string | null {
  switch (backend.kind) {
    case 'file':
      return backend.folder
    case 'block':
      return folderOf(backend.device)
    case 'dir':
      return backend.path.replace(/\/+$/, '') || '/'
    case 'volume':
      return `pool ${backend.pool}`
    case 'nvme':
      return `nvme ${backend.address}`
    case 'network': {
      const pool = backend.name?.split('/').find((part) => part !== '')
      const place = pool === undefined ? backend.protocol : `${backend.protocol} ${pool}`
      return backend.hosts[0] === undefined ? place : `${place} at ${backend.hosts[0]}`
    }
    default:
      return null
  }
}
