import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { decodeEntities } from './entities.ts'

/** An element with its attributes and text decoded. Names are as written, prefixes included. */
export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** Text right inside, pieces joined and blanks around them dropped. */
  readonly text: string
}

/** XML of a domain with 512 pinned vCPUs and 100 disks is about 200 KB. */
export const MAX_XML_CHARS = 524_288
/** Tags and attributes are what parsing costs: what passes takes some ten milliseconds. Real domains have 2,000 at most. */
const MAX_TAGS = 8_000
const MAX_ATTRIBUTES = 16_000
const MAX_DEPTH = 40

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  // Values stay text: `00123` is a name as well as a number. Entities are decoded by us, the few that need no DTD.
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  cdataPropName: '#cdata',
  maxNestedTags: MAX_DEPTH,
})

/**
 * Parses a whole XML document and gives its root.
 *
 * @throws DomscopeError of radius `reply`: `XML_TOO_LARGE`, `XML_DTD_REFUSED` for one with a document type, where all
 * tricks with entities and outside files start, or `XML_MALFORMED`.
 */
export function parseXml(text: string): XmlElement {
  checkSize(text)
  if (/<!doctype|<!entity/i.test(text)) {
    throw xmlError('XML_DTD_REFUSED', 'the XML has a document type declaration, which libvirt never writes')
  }
  const verdict = XMLValidator.validate(text)
  if (verdict !== true) throw xmlError('XML_MALFORMED', `the XML is malformed in line ${verdict.err.line}`)
  const [root, ...others] = elementsOf(parse(text))
  if (root === undefined || others.length > 0) throw xmlError('XML_MALFORMED', 'the XML has not exactly one root')
  return root
}

function checkSize(text: string): void {
  if (text.length > MAX_XML_CHARS) {
    throw xmlError('XML_TOO_LARGE', `the XML has ${text.length} characters, at most ${MAX_XML_CHARS} are read`)
  }
  if (countOf(text, '<') > MAX_TAGS * 2) throw xmlError('XML_TOO_LARGE', `the XML has more than ${MAX_TAGS} elements`)
  if (countOf(text, '=') > MAX_ATTRIBUTES) {
    throw xmlError('XML_TOO_LARGE', `the XML has more than ${MAX_ATTRIBUTES} attributes`)
  }
}

function countOf(text: string, sign: string): number {
  let count = 0
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) count++
  return count
}

function parse(text: string): unknown {
  try {
    return parser.parse(text)
  } catch (cause) {
    // Too deep, or a name that JavaScript has other plans for.
    throw xmlError('XML_MALFORMED', 'the XML cannot be read', cause)
  }
}

function xmlError(code: string, message: string, cause?: unknown): DomscopeError {
  return new DomscopeError(code, message, { radius: 'reply', ...(cause === undefined ? {} : { cause }) })
}

type Node = Readonly<Record<string, unknown>>

function elementsOf(nodes: unknown): XmlElement[] {
  return nodesOf(nodes).flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ':@')
    if (name === undefined || name === '#text' || name === '#cdata') return []
    const inner = nodesOf(node[name])
    const children = elementsOf(inner)
    return [{ name, attributes: attributesOf(node[':@']), children, text: textOf(inner) }]
  })
}

function nodesOf(value: unknown): Node[] {
  return Array.isArray(value) ? (value as Node[]) : []
}

function attributesOf(value: unknown): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>()
  for (const [name, text] of Object.entries(value ?? {})) attributes.set(name, decodeEntities(String(text)))
  return attributes
}

function textOf(nodes: readonly Node[]): string {
  let text = ''
  for (const node of nodes) {
    if ('#text' in node) text += decodeEntities(String(node['#text']))
    else if ('#cdata' in node) for (const part of nodesOf(node['#cdata'])) text += String(part['#text'] ?? '')
  }
  return text.trim()
}
