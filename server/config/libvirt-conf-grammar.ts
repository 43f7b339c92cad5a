/** A value in the configuration of libvirt's client. `line` is where it begins, from 1. */
export type ConfValue =
  | { readonly kind: 'string'; readonly text: string; readonly line: number }
  | { readonly kind: 'number'; readonly line: number }
  | { readonly kind: 'list'; readonly items: readonly ConfValue[]; readonly line: number }

/** `name = value`. */
export interface ConfStatement {
  readonly name: string
  readonly value: ConfValue
}

/** Where the text is not what the grammar wants. `sign` is what stands there, null at the end. */
export interface ConfFault {
  /** The setting that cannot be read; null where not even its name can. */
  readonly name: string | null
  readonly line: number
  readonly what: string
  readonly sign: string | null
}

/** Thrown within this file alone. */
class Fault {
  readonly fault: ConfFault
  constructor(fault: ConfFault) {
    this.fault = fault
  }
}

const MAX_DEPTH = 8

/**
 * Takes a configuration file of libvirt apart: `name = value` lines, values being numbers, strings in one of three quotes
 * without escapes, and lists of values; comments run from `#` to the end of the line.
 *
 * @remarks A fault costs its statement: reading goes on at the next line that begins one. libvirt itself gives up at the
 * first, and knows no comments within lists.
 * @see libvirt `src/util/virconf.c`, `virConfParse`
 */
export function readStatements(text: string): { statements: ConfStatement[]; faults: ConfFault[] } {
  const reader = new ConfReader(text)
  const statements: ConfStatement[] = []
  const faults: ConfFault[] = []
  while (reader.skipToStatement()) {
    try {
      statements.push(reader.statement())
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      faults.push(error.fault)
      reader.recover()
    }
  }
  return { statements, faults }
}

class ConfReader {
  readonly #text: string
  #at = 0
  #name: string | null = null

  constructor(text: string) {
    this.#text = text
  }

  /** Passes over blanks, ends of lines and comments; false at the end. */
  skipToStatement(): boolean {
    this.#take(/(?:[ \t\r\n]|#[^\r\n]*)*/y)
    return this.#at < this.#text.length
  }

  statement(): ConfStatement {
    this.#name = null
    const name = this.#take(/[A-Za-z][A-Za-z0-9_]*/y) ?? this.#refuse('a setting begins with its name')
    this.#name = name
    this.#take(/[ \t]*/y)
    if (this.#take(/=/y) === null) this.#refuse(`= follows ${name}`)
    this.#take(/[ \t]*/y)
    const value = this.#value(0)
    this.#take(/[ \t]*/y)
    if (!/^[#\r\n]?$/.test(this.#text[this.#at] ?? '')) this.#refuse('a setting ends with its line')
    return { name, value }
  }

  /** To the next line that begins with a name and an equals sign; strings and lists that were left open end there. */
  recover(): void {
    const next = /(?<=^|[\r\n])[ \t]*(?=[A-Za-z][A-Za-z0-9_]*[ \t]*=)/g
    next.lastIndex = this.#at
    this.#at = next.exec(this.#text) === null ? this.#text.length : next.lastIndex
  }

  #value(depth: number): ConfValue {
    const line = this.#line()
    const number = this.#take(/[+-]?\d+/y)
    if (number !== null) return { kind: 'number', line }
    if (this.#text[this.#at] === '[') return { kind: 'list', items: this.#list(depth), line }
    return { kind: 'string', text: this.#string(), line }
  }

  #string(): string {
    const start = this.#at
    const whole = this.#take(/"""[\s\S]*?"""|"(?!"")[^"\r\n]*"|'[^'\r\n]*'/y)
    if (whole !== null) return whole.startsWith('"""') ? whole.slice(3, -3) : whole.slice(1, -1)
    const quote = /"""|["']/y
    quote.lastIndex = start
    const open = quote.exec(this.#text)?.[0]
    if (open === undefined) return this.#refuse('a value is a number, text in quotes or a list in [ ]')
    const end = open === '"""' ? null : /[^\r\n]*/y
    const line = this.#line()
    if (end === null) this.#at = this.#text.length
    else this.#take(end)
    return this.#refuse(`text that begins with ${open} ends with ${open}`, line)
  }

  #list(depth: number): ConfValue[] {
    if (depth === MAX_DEPTH) this.#refuse('lists stand in lists in lists')
    const items: ConfValue[] = []
    this.#at++
    this.skipToStatement()
    while (this.#take(/\]/y) === null) {
      if (items.length > 0) {
        if (this.#take(/,/y) === null) this.#refuse('values of a list are separated by commas, and ] ends it')
        this.skipToStatement()
        if (this.#take(/\]/y) !== null) break
      }
      items.push(this.#value(depth + 1))
      this.skipToStatement()
    }
    return items
  }

  /** What the sticky pattern finds here, and passes over it. */
  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found === undefined) return null
    this.#at += found.length
    return found
  }

  #line(): number {
    return this.#text.slice(0, this.#at).split('\n').length
  }

  #refuse(what: string, line = this.#line()): never {
    const code = this.#text.codePointAt(this.#at)
    const sign = code === undefined ? null : String.fromCodePoint(code).replace('\r', '\n')
    throw new Fault({ name: this.#name, line, what, sign })
  }
}
