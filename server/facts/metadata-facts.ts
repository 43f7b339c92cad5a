import { isSecretName, NOT_SHOWN, withoutPasswords } from './secret-words.ts'
import { attribute, child, children, clip, MAX_LIST } from './xml-read.ts'
import type { XmlElement } from './xml-tree.ts'

/** A name with the id that it has where it comes from. */
export interface NamedId {
  readonly name: string
  readonly uuid: string | null
}

/** What OpenStack Nova writes. */
export interface NovaFacts {
  readonly name: string | null
  readonly project: NamedId | null
  readonly user: NamedId | null
  readonly flavour: string | null
  /** Addresses of its ports, floating ones included. */
  readonly ips: readonly string[]
}

/** One value of some other tool's metadata: `os@id`, `vm/disks/disk`. Those named like secrets are not told. */
export interface MetadataField {
  readonly namespace: string
  readonly path: string
  readonly value: string
}

/** Nova's namespace, of any version. */
const NOVA = 'http://openstack.org/xmlns/libvirt/nova/'
/** Fields kept of each other tool. */
const MAX_FIELDS = 100
const MAX_NAME = 64

/** Reads `<metadata>`: each child has a namespace, which tells whose it is whatever its prefix. */
export function readMetadata(metadata: XmlElement | null): { nova: NovaFacts | null; fields: MetadataField[] } {
  let nova: NovaFacts | null = null
  const fields: MetadataField[] = []
  for (const element of metadata?.children.slice(0, MAX_LIST) ?? []) {
    const namespace = namespaceOf(element)
    if (namespace.startsWith(NOVA)) nova ??= readNova(withoutPrefixes(element))
    else
      fields.push(
        ...flatten(element, localName(element.name))
          .slice(0, MAX_FIELDS)
          .map(({ path, value }) => ({ namespace, path: clip(path) ?? '', value: shown(path, value) })),
      )
  }
  return { nova, fields: fields.slice(0, MAX_LIST) }
}

function readNova(instance: XmlElement): NovaFacts {
  const owner = child(instance, 'owner')
  const ports = children(child(instance, 'ports'), 'port')
  const ips = ports.flatMap((port) => children(port, 'ip').flatMap((ip) => attribute(ip, 'address') ?? []))
  return {
    name: clip(child(instance, 'name')?.text),
    project: readNamed(child(owner, 'project')),
    user: readNamed(child(owner, 'user')),
    flavour: attribute(child(instance, 'flavor'), 'name'),
    ips: ips.slice(0, MAX_LIST),
  }
}

function readNamed(element: XmlElement | null): NamedId | null {
  const uuid = attribute(element, 'uuid')
  const name = clip(element?.text) ?? uuid
  return name === null ? null : { name, uuid }
}

function namespaceOf({ name, attributes }: XmlElement): string {
  const colon = name.indexOf(':')
  const declared = attributes.get(colon < 0 ? 'xmlns' : `xmlns:${name.slice(0, colon)}`)
  return clip(declared) ?? ''
}

/** Without prefix, and no longer than a name is: paths are made of them. */
function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1).slice(0, MAX_NAME)
}

function withoutPrefixes(element: XmlElement): XmlElement {
  return { ...element, name: localName(element.name), children: element.children.map(withoutPrefixes) }
}

function flatten(element: XmlElement, path: string): { path: string; value: string }[] {
  const found: { path: string; value: string }[] = []
  for (const [name, value] of element.attributes) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) found.push({ path: `${path}@${localName(name)}`, value })
  }
  if (element.text !== '') found.push({ path, value: isKeyOfSecret(element) ? NOT_SHOWN : element.text })
  for (const inner of element.children) found.push(...flatten(inner, `${path}/${localName(inner.name)}`))
  return found
}

/** An entry as `<meta key="password">`, which says by an attribute what it is. */
function isKeyOfSecret({ attributes }: XmlElement): boolean {
  return ['key', 'name'].some((name) => isSecretName(attributes.get(name) ?? ''))
}

function shown(path: string, value: string): string {
  return isSecretName(path) ? NOT_SHOWN : (clip(withoutPasswords(value)) ?? '')
}
