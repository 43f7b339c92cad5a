import type { XmlElement } from './xml-tree.ts'

/** An element whose name and attributes are told apart by namespace, not by prefix. */
export interface NamedElement {
  readonly namespace: string
  /** Means nothing but what it is declared for, and yet may be the word for what is inside. */
  readonly prefix: string
  /** Without prefix. */
  readonly name: string
  /** By name without prefix, those that declare namespaces left out. */
  readonly attributes: readonly (readonly [name: string, value: string, prefix: string])[]
  readonly children: readonly NamedElement[]
  /** Text right inside. */
  readonly text: string
  /** All text inside, in the order in which it stands. */
  readonly content: string
}

/** Namespaces by prefix; the empty prefix is the default. */
export type Scope = ReadonlyMap<string, string>

/** Adds what an element declares: it holds for itself and for all inside, until it is declared anew there. */
export function scopeIn(scope: Scope, { attributes }: XmlElement): Scope {
  const declared = [...attributes].filter(([name]) => isDeclaration(name))
  if (declared.length === 0) return scope
  return new Map([...scope, ...declared.map(([name, uri]) => [name.slice('xmlns:'.length), uri] as const)])
}

/** Resolves the names of an element and of all inside; the scope is that of what is around it. */
export function resolveNames(element: XmlElement, around: Scope): NamedElement {
  const scope = scopeIn(around, element)
  const [prefix, name] = split(element.name)
  return {
    namespace: scope.get(prefix) ?? '',
    prefix,
    name,
    attributes: [...element.attributes].flatMap(([own, value]) => {
      const [ownPrefix, local] = split(own)
      return isDeclaration(own) ? [] : [[local, value, ownPrefix] as const]
    }),
    children: element.children.map((inner) => resolveNames(inner, scope)),
    text: element.text,
    content: element.content,
  }
}

function isDeclaration(name: string): boolean {
  return name === 'xmlns' || name.startsWith('xmlns:')
}

function split(name: string): [prefix: string, local: string] {
  const colon = name.indexOf(':')
  return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)]
}
