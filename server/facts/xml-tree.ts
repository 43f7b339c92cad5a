import { xmlError } from './xml-error.ts'
import { XmlScanner } from './xml-scanner.ts'

/** An element with its attributes and text decoded. Names are as written, prefixes included. */
export interface XmlElement {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** Text right inside, pieces joined and blanks around them dropped. */
  readonly text: string
  /** The first {@link MAX_CONTENT_CHARS} of all text inside, in the order in which it stands. */
  readonly content: string
}

/** Which elements inside an element are read, by name; `*`: all of them, at every depth that is read. */
export type Wanted = '*' | { readonly [name: string]: Wanted }

export interface ParsedXml {
  readonly root: XmlElement
  /** By name, how many wanted elements were not read, as there are limits. */
  readonly omitted: ReadonlyMap<string, number>
}

/** How much text of an element and all inside is looked at as one. */
export const MAX_CONTENT_CHARS = 4_096
/** Most entries of any list. */
export const MAX_LIST = 1_024
/** A message of libvirt has 32 MiB at most, a text in it 4 MiB; what is not wanted is passed over in about 10 ns a sign. */
export const MAX_XML_CHARS = 16_777_216
/** Of elements that are read whatever they are: in all, and one in another. */
const MAX_ANY = 8_000
const MAX_ANY_DEPTH = 32
const MAX_ATTRIBUTES = 512

interface Building {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: XmlElement[]
  text: string
  content: string
  readonly wanted: Wanted
  readonly counts: Map<string, number>
  /** How many elements around it are read whatever they are. */
  readonly anyDepth: number
}

/**
 * Parses a whole document and gives its root, with what is `wanted` inside.
 *
 * @remarks The rest is passed over, however deep or long; only its tags must pair. A list over its limit loses its
 * end, and nothing else is lost.
 * @throws DomscopeError of radius `reply`: `XML_TOO_LARGE`, `XML_DTD_REFUSED` for one with a document type, where all
 * tricks with entities and outside files start, or `XML_MALFORMED`.
 */
export function parseXml(text: string, wanted: Wanted): ParsedXml {
  if (text.length > MAX_XML_CHARS) {
    throw xmlError('XML_TOO_LARGE', `the XML has ${text.length} characters, at most ${MAX_XML_CHARS} are read`)
  }
  return new TreeBuilder(text).build(wanted)
}

class TreeBuilder {
  readonly #scanner: XmlScanner
  readonly #open: Building[] = []
  readonly #omitted = new Map<string, number>()
  #root: XmlElement | null = null
  #anyCount = 0

  constructor(text: string) {
    this.#scanner = new XmlScanner(text)
  }

  build(wanted: Wanted): ParsedXml {
    const scanner = this.#scanner
    for (let token = scanner.next(); token !== 'end'; token = scanner.next()) {
      if (token === 'open') this.#opened(wanted)
      else if (token === 'close') this.#closed(scanner.name)
      else this.#addText()
    }
    const unclosed = this.#open.at(-1)
    if (unclosed !== undefined) throw scanner.malformed(`<${unclosed.name}> does not end`)
    if (this.#root === null) throw scanner.malformed('there is no element')
    return { root: this.#root, omitted: this.#omitted }
  }

  #opened(rootWanted: Wanted): void {
    const scanner = this.#scanner
    const parent = this.#open.at(-1)
    if (parent === undefined && this.#root !== null) throw scanner.malformed('there is a second root')
    const wanted = parent === undefined ? rootWanted : this.#wantedIn(parent, scanner.name)
    if (wanted === null) {
      this.#skip()
      return
    }
    const attributes = scanner.attributes()
    if (attributes.size > MAX_ATTRIBUTES) this.#cut(attributes)
    const anyDepth = wanted === '*' ? (parent?.anyDepth ?? 0) + 1 : 0
    this.#open.push({
      name: scanner.name,
      attributes,
      children: [],
      text: '',
      content: '',
      wanted,
      counts: new Map(),
      anyDepth,
    })
    if (scanner.isEmpty) this.#closed(scanner.name)
  }

  /** What is wanted inside a child, or null when the child is not read. */
  #wantedIn(parent: Building, name: string): Wanted | null {
    const wanted = parent.wanted === '*' ? '*' : Object.hasOwn(parent.wanted, name) ? parent.wanted[name]! : null
    if (wanted === null) return null
    const count = (parent.counts.get(name) ?? 0) + 1
    const fits = wanted !== '*' || (this.#anyCount < MAX_ANY && parent.anyDepth < MAX_ANY_DEPTH)
    if (count > MAX_LIST || !fits) {
      this.#omit(wanted === '*' && parent.wanted === '*' ? 'element of metadata' : name, 1)
      return null
    }
    parent.counts.set(name, count)
    if (wanted === '*') this.#anyCount++
    return wanted
  }

  #cut(attributes: Map<string, string>): void {
    const over = [...attributes.keys()].slice(MAX_ATTRIBUTES)
    for (const name of over) attributes.delete(name)
    this.#omit('attribute', over.length)
  }

  #omit(what: string, count: number): void {
    this.#omitted.set(what, (this.#omitted.get(what) ?? 0) + count)
  }

  /** To the end of the element that was just opened; a count is enough for that, whatever the depth. */
  #skip(): void {
    const scanner = this.#scanner
    const { name } = scanner
    for (let depth = scanner.isEmpty ? 0 : 1; depth > 0; ) {
      const token = scanner.next()
      if (token === 'open') depth += scanner.isEmpty ? 0 : 1
      else if (token === 'close') depth--
      else if (token === 'end') throw scanner.malformed(`<${name}> does not end`)
      if (depth === 0 && scanner.name !== name) throw scanner.malformed(`<${name}> ends as </${scanner.name}>`)
    }
  }

  #closed(name: string): void {
    const done = this.#open.pop()
    if (done?.name !== name) throw this.#scanner.malformed(`</${name}> ends nothing that is open`)
    const { attributes, children } = done
    const element: XmlElement = { name, attributes, children, text: done.text.trim(), content: done.content.trim() }
    const parent = this.#open.at(-1)
    if (parent === undefined) this.#root = element
    else {
      parent.children.push(element)
      addContent(parent, done.content)
    }
  }

  #addText(): void {
    const parent = this.#open.at(-1)
    if (parent !== undefined) {
      const text = this.#scanner.content()
      parent.text += text
      addContent(parent, text)
    } else if (!this.#scanner.isBlank()) throw this.#scanner.malformed('there is text outside the root')
  }
}

function addContent(element: Building, text: string): void {
  const room = MAX_CONTENT_CHARS - element.content.length
  if (room > 0) element.content += text.slice(0, room)
}
