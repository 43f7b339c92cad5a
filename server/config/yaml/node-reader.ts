import { isAlias, isMap, isScalar, isSeq, type LineCounter, type Pair, type ParsedNode, Scalar } from 'yaml'
import type { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import { configError } from '../config-error.ts'
import { plainValue } from './plain-value.ts'

/** No setting is nested half as deep; a list of lists without an end would exhaust the stack. */
const MAX_DEPTH = 32
/** Values that aliases may stand for, all together: anchors in anchors multiply. */
const MAX_ALIASED = 10_000

interface Anchored {
  readonly value: unknown
  /** Values within it, aliases taken out. */
  readonly size: number
}

/** Turns the nodes of one document into plain values, and keeps the line of each. */
export class NodeReader {
  /** Line, from 1, by place: `hosts[0].uri`. */
  readonly lines = new Map<string, number>()
  private readonly anchors = new Map<string, Anchored>()
  private readonly path: string
  private readonly counter: LineCounter
  private size = 0
  private aliased = 0

  constructor(path: string, counter: LineCounter) {
    this.path = path
    this.counter = counter
  }

  /** @throws DomscopeError `BAD_CONFIG` for tags, keys that are no text, and what is too deep or too much. */
  read(node: ParsedNode | null, place: string, depth = 0): unknown {
    if (node === null) return null
    this.size++
    this.lines.set(place, this.counter.linePos(node.range[0]).line)
    if (depth > MAX_DEPTH) throw this.fault(node, `this is nested deeper than ${MAX_DEPTH} levels`, 'Write it flatter.')
    if (isAlias(node)) return this.resolve(node)
    if (node.tag !== undefined) throw this.fault(node, `the tag ${node.tag} is not read here`, 'Put text in quotes.')
    const before = this.size
    const value = this.readContent(node, place, depth)
    if (node.anchor !== undefined) this.anchors.set(node.anchor, { value, size: this.size - before + 1 })
    return value
  }

  private readContent(node: ParsedNode, place: string, depth: number): unknown {
    if (isMap(node)) return Object.fromEntries(node.items.map((pair) => this.readPair(pair, place, depth)))
    if (isSeq(node)) return node.items.map((item, i) => this.read(item, `${place}[${i}]`, depth + 1))
    if (isScalar(node)) return node.type === Scalar.PLAIN ? plainValue(node.source ?? '') : node.value
    return null
  }

  private readPair({ key, value }: Pair<ParsedNode, ParsedNode | null>, place: string, depth: number) {
    if (!isScalar(key) || key.tag !== undefined) throw this.fault(key, 'a key is one word', 'Write KEY: VALUE.')
    const name = String(key.value)
    if (name === '<<' && key.type === Scalar.PLAIN) {
      throw this.fault(key, 'maps are not merged with <<', 'Write the keys out, or refer to a whole value by an alias.')
    }
    const inner = place === '' ? name : `${place}.${name}`
    const read = this.read(value, inner, depth + 1)
    this.lines.set(inner, this.counter.linePos(key.range[0]).line)
    return [name, read] as const
  }

  /** The value of an anchor that stands further up; one value, however often it is referred to. */
  private resolve(node: ParsedNode & { source: string }): unknown {
    const found = this.anchors.get(node.source)
    if (found === undefined) {
      throw this.fault(node, `there is no finished value &${node.source} above *${node.source}`, 'Define it first.')
    }
    this.size += found.size
    this.aliased += found.size
    if (this.aliased <= MAX_ALIASED) return found.value
    throw this.fault(node, `aliases stand for more than ${MAX_ALIASED} values`, 'Write out what is meant.')
  }

  private fault(node: ParsedNode, what: string, remedy: string): DomscopeError {
    const { line, col } = this.counter.linePos(node.range[0])
    return configError(`${this.path}:${line}:${col}`, what, remedy)
  }
}
