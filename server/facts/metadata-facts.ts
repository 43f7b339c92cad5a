import type { FactTexts } from './fact-texts.ts'
import { type NamedElement, resolveNames, type Scope } from './named-element.ts'
import { shownFields } from './secrets/secret-fields.ts'
import { clip } from './xml-read.ts'
import { MAX_LIST, type XmlElement } from './xml-tree.ts'

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

/** One value of some other tool's metadata: `os@id`, `vm/disks/disk`. What is secret in it is kept back. */
export interface MetadataField {
  readonly namespace: string
  readonly path: string
  readonly value: string
}

/** Nova's namespace, of any version. */
const NOVA = 'http://openstack.org/xmlns/libvirt/nova/'
/** Fields kept of each other tool. */
const MAX_FIELDS = 100
/** Signs of metadata that are searched for secrets, of all tools together: that takes some ten milliseconds. */
const MAX_CHARS = 131_072

/**
 * Reads `<metadata>`: each child has a namespace, which tells whose it is whatever its prefix and wherever that is
 * declared.
 *
 * @param scope - What is declared around `<metadata>` and on it.
 */
export function readMetadata(
  metadata: XmlElement | null,
  scope: Scope,
  texts: FactTexts,
): { nova: NovaFacts | null; fields: MetadataField[] } {
  let nova: NovaFacts | null = null
  const fields: MetadataField[] = []
  const budget = { chars: MAX_CHARS }
  for (const child of metadata?.children ?? []) {
    const element = resolveNames(child, scope)
    // Others of its elements are shown like any tool's.
    if (isNova(element) && element.name === 'instance') {
      nova ??= readNova(element, texts)
      continue
    }
    const room = Math.min(MAX_FIELDS, MAX_LIST - fields.length)
    const { fields: shown, omitted } = shownFields(element, room, budget)
    const namespace = texts.shown(element.namespace) ?? ''
    for (const { path, value, kept } of shown) {
      texts.keptBack += kept
      fields.push({ namespace, path: clip(path) ?? '', value: clip(value) ?? '' })
    }
    texts.omit('metadata value', omitted)
  }
  return { nova, fields }
}

function isNova({ namespace }: NamedElement): boolean {
  return namespace.startsWith(NOVA)
}

function readNova(instance: NamedElement, texts: FactTexts): NovaFacts {
  const owner = childOf(instance, 'owner')
  const ports = childrenOf(childOf(instance, 'ports'), 'port')
  const addresses = ports.flatMap((port) => childrenOf(port, 'ip').map((ip) => attributeOf(ip, 'address')))
  return {
    name: texts.shown(childOf(instance, 'name')?.text, 'name'),
    project: readNamed(childOf(owner, 'project'), texts),
    user: readNamed(childOf(owner, 'user'), texts),
    flavour: texts.shown(attributeOf(childOf(instance, 'flavor'), 'name'), 'name'),
    ips: addresses.flatMap((address) => texts.shown(address, 'name') ?? []).slice(0, MAX_LIST),
  }
}

function readNamed(element: NamedElement | undefined, texts: FactTexts): NamedId | null {
  const uuid = texts.shown(attributeOf(element, 'uuid'), 'name')
  const name = texts.shown(element?.text, 'name') ?? uuid
  return name === null ? null : { name, uuid }
}

/** Nova's own children: others may have put theirs in between. */
function childrenOf(element: NamedElement | undefined, name: string): readonly NamedElement[] {
  return element?.children.filter((one) => one.name === name && isNova(one)) ?? []
}

function childOf(element: NamedElement | undefined, name: string): NamedElement | undefined {
  return childrenOf(element, name)[0]
}

function attributeOf(element: NamedElement | undefined, name: string): string | undefined {
  return element?.attributes.find(([own]) => own === name)?.[1]
}
