import { decodeEntities } from './entities.ts'
import { xmlError } from './xml-error.ts'

/** What stands next in a document. Comments and processing instructions are passed over. */
export type XmlToken = 'open' | 'close' | 'text' | 'end'

const [QUOTE, APOSTROPHE, CLOSER, SLASH] = [0x22, 0x27, 0x3e, 0x2f]
const CDATA = '<![CDATA['
/** A name ends where one of these stands. */
const NAME = /[^\s<>/="'&]+/y
const NOT_A_NAME = /^[-.\d]/
const ATTRIBUTE = /\s+([^\s<>/="'&]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y
const REST_OF_TAG = /^\s*\/?$/

/**
 * Cuts a document into tags and texts, one at a time: nothing is built, so what nobody wants costs its characters alone.
 *
 * @remarks Every step goes forward, by searching for the next sign that matters: time grows with the length of the text.
 * A document type is refused; where its sign stands in CDATA, in a comment or in a value it is text like any other.
 */
export class XmlScanner {
  /** Name of the tag that was read last, prefix included. */
  name = ''
  /** Whether that tag is one without content, `<a/>`. */
  isEmpty = false
  readonly #text: string
  #at: number
  /** Of the last tag: where what stands behind its name begins and ends. Of the last text: where it does. */
  #from = 0
  #to = 0
  #isCdata = false

  constructor(text: string) {
    this.#text = text
    this.#at = text.startsWith('\ufeff') ? 1 : 0
  }

  /** Reads on. @throws DomscopeError `XML_MALFORMED`, `XML_DTD_REFUSED` */
  next(): XmlToken {
    const text = this.#text
    for (;;) {
      if (this.#at >= text.length) return 'end'
      if (text[this.#at] !== '<') return this.#readText()
      const second = text[this.#at + 1]
      if (second === '?') this.#passTo('?>', 2, 'a processing instruction')
      else if (second !== '!') return second === '/' ? this.#readClose() : this.#readOpen()
      else if (text.startsWith('<!--', this.#at)) this.#passTo('-->', 4, 'a comment')
      else if (text.startsWith(CDATA, this.#at)) return this.#readCdata()
      else throw this.#refusal()
    }
  }

  /** Decoded text of the last `text`. */
  content(): string {
    const raw = this.#text.slice(this.#from, this.#to).replaceAll('\r\n', '\n')
    return this.#isCdata ? raw : decodeEntities(raw)
  }

  /** Whether the last `text` is nothing but blanks. */
  isBlank(): boolean {
    return !this.#isCdata && this.#text.slice(this.#from, this.#to).trim() === ''
  }

  /** Decoded attributes of the last `open`. @throws DomscopeError `XML_MALFORMED` */
  attributes(): Map<string, string> {
    const found = new Map<string, string>()
    if (this.#from === this.#to) return found
    const inner = this.#text.slice(this.#from, this.#to)
    let end = 0
    for (;;) {
      ATTRIBUTE.lastIndex = end
      const match = ATTRIBUTE.exec(inner)
      if (match === null) break
      end = ATTRIBUTE.lastIndex
      const [, name = '', inQuotes, inApostrophes] = match
      if (found.has(name) || NOT_A_NAME.test(name))
        throw this.malformed(`<${this.name}> has an attribute twice or without a name`)
      // A line break that is written as itself is a blank, by the rules of XML.
      found.set(name, decodeEntities((inQuotes ?? inApostrophes ?? '').replace(/\r\n|[\t\n\r]/g, ' ')))
    }
    if (!REST_OF_TAG.test(inner.slice(end))) throw this.malformed(`<${this.name}> has an attribute without quotes`)
    return found
  }

  /** An error that says where, in lines from 1. */
  malformed(what: string): Error {
    const line = this.#text.slice(0, this.#at).split('\n').length
    return xmlError('XML_MALFORMED', `the XML is malformed in line ${line}: ${what.slice(0, 120)}`)
  }

  #readText(): XmlToken {
    const end = this.#text.indexOf('<', this.#at)
    return this.#foundText(this.#at, end < 0 ? this.#text.length : end, false)
  }

  #readCdata(): XmlToken {
    const from = this.#at + CDATA.length
    this.#passTo(']]>', CDATA.length, 'CDATA')
    const next = this.#at
    this.#foundText(from, next - ']]>'.length, true)
    this.#at = next
    return 'text'
  }

  #foundText(from: number, to: number, isCdata: boolean): XmlToken {
    this.#from = from
    this.#to = to
    this.#at = to
    this.#isCdata = isCdata
    return 'text'
  }

  #readClose(): XmlToken {
    this.#readName(this.#at + 2)
    const end = this.#text.indexOf('>', this.#to)
    if (end < 0 || this.#text.slice(this.#to, end).trim() !== '')
      throw this.malformed(`the end of <${this.name}> is broken`)
    this.#at = end + 1
    return 'close'
  }

  #readOpen(): XmlToken {
    this.#readName(this.#at + 1)
    const end = this.#endOfTag(this.#to)
    this.isEmpty = this.#text.charCodeAt(end - 1) === SLASH && end > this.#to
    this.#from = this.#to
    this.#to = this.isEmpty ? end - 1 : end
    this.#at = end + 1
    return 'open'
  }

  #readName(from: number): void {
    NAME.lastIndex = from
    this.name = NAME.exec(this.#text)?.[0] ?? ''
    if (this.name === '' || NOT_A_NAME.test(this.name)) throw this.malformed('a tag has no name')
    this.#to = NAME.lastIndex
  }

  /** Where the `>` of a tag stands: one in quotes is part of a value. */
  #endOfTag(from: number): number {
    const text = this.#text
    for (let at = from; at < text.length; at++) {
      const sign = text.charCodeAt(at)
      if (sign === CLOSER) return at
      if (sign !== QUOTE && sign !== APOSTROPHE) continue
      at = text.indexOf(sign === QUOTE ? '"' : "'", at + 1)
      if (at < 0) break
    }
    throw this.malformed(`<${this.name}> does not end`)
  }

  #passTo(end: string, skipped: number, what: string): void {
    const found = this.#text.indexOf(end, this.#at + skipped)
    if (found < 0) throw this.malformed(`${what} does not end`)
    this.#at = found + end.length
  }

  #refusal(): Error {
    if (!/^<!(?:doctype|entity)/i.test(this.#text.slice(this.#at, this.#at + 10)))
      return this.malformed('"<!" begins nothing known')
    const what = 'the XML has a document type declaration, which libvirt never writes and which is not read'
    return xmlError('XML_DTD_REFUSED', what)
  }
}
