import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_LIST, parseXml, type Wanted, type XmlElement } from './xml-tree.ts'

const ALL: Wanted = '*'
const read = (xml: string) => parseXml(xml, ALL).root
const code = (value: string) => expect.objectContaining({ name: 'DomscopeError', code: value, radius: 'reply' })

describe('[FA1] text is text', () => {
  test.each<[string, string]>([
    ['<![CDATA[<!DOCTYPE html><p>rack 7</p>]]>', '<!DOCTYPE html><p>rack 7</p>'],
    ['a<!-- <!DOCTYPE x [<!ENTITY a "b">]> <b> -- > -->b', 'ab'],
    ['<?php <!DOCTYPE ?>c', 'c'],
    ['<![CDATA[a ]] > ]]]]><![CDATA[> b]]>', 'a ]] > ]]> b'],
    ['&lt;!DOCTYPE&gt; &#60;&#x3C; &quot;&apos;&amp;amp; &#x0000041;&#x1F600;', '<!DOCTYPE> << "\'&amp; A😀'],
    ['&nbsp; &xxe; &#0; &#xD800; &#x110000; &AMP;', '&nbsp; &xxe; \ufffd \ufffd \ufffd &AMP;'],
    ['line 1\r\nline 2', 'line 1\nline 2'],
    ['a > b "c" \'d\' =', 'a > b "c" \'d\' ='],
  ])('%j', (xml, text) => {
    expect(read(`<domain>${xml}</domain>`).text).toBe(text)
  })

  test('in values too, where a line break is a blank', () => {
    const { attributes } = read('<a b="<!DOCTYPE" c=\'"x" &gt;\' d = "1\n2&#10;3" e="/>"/>')
    expect([...attributes]).toEqual([
      ['b', '<!DOCTYPE'],
      ['c', '"x" >'],
      ['d', '1 2\n3'],
      ['e', '/>'],
    ])
  })

  test('and byte order mark, declaration and blanks are none', () => {
    expect(read('\ufeff<?xml version="1.0" encoding="utf-8"?>\n<!-- x --> <a/>\n<!-- y -->\n').name).toBe('a')
  })
})

describe('[FA2] any legal name is a name', () => {
  const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'a.b-c_d', 'größe', '名前', 'x:y']
  test.each(names)('%s', (name) => {
    const root = read(`<${name} ${name}="1"><${name}>2</${name}><other/></${name}>`)
    expect(root.attributes.get(name)).toBe('1')
    expect(root.children.map(({ name: own }) => own)).toEqual([name, 'other'])
    expect(parseXml(`<r><${name}>2</${name}></r>`, {}).root.children).toEqual([])
  })
})

describe('[FA3] what is malformed is refused with its line', () => {
  test.each([
    ['<a>\n<b></a>', 2],
    ['<a></a></a>', 1],
    ['<a>', 1],
    ['<a', 1],
    ['<a b=1/>', 1],
    ['<a b="1" b="2"/>', 1],
    ['<a b="1"c="2"/>', 1],
    ['<a b="1/>', 1],
    ['< a/>', 1],
    ['<1a/>', 1],
    ['<a></ a>', 1],
    ['<a></a b="1">', 1],
    ['<a/>text', 1],
    ['<a><![CDATA[</a>', 1],
    ['<a><!-- </a>', 1],
    ['<a><? </a>', 1],
    ['<a><!x></a>', 1],
    ['<a/>\n\n<b/>', 3],
  ])('%j', (xml, line) => {
    expect(() => read(xml)).toThrow(code('XML_MALFORMED'))
    expect(() => read(xml)).toThrow(`line ${line}:`)
  })

  test.each([
    '<!DOCTYPE a><a/>',
    '<!doctype a SYSTEM "file:///etc/passwd"><a/>',
    '<a><!ENTITY b "c"></a>',
    '<a><b><!DOCTYPE c></b></a>',
  ])('and a real document type, wherever it stands: %s', (xml) => {
    expect(() => read(xml)).toThrow(code('XML_DTD_REFUSED'))
    expect(() => parseXml(xml, {})).toThrow(code('XML_DTD_REFUSED'))
  })
})

describe('[FA4] what is not wanted is passed over, and a limit costs its part alone', () => {
  test('without limit of depth or length', () => {
    const deep = `<c>${'<a b=">">'.repeat(200_000)}<!-- </c> --><![CDATA[</c>]]>${'</a>'.repeat(200_000)}</c>`
    const { root, omitted } = parseXml(`<r><x>1</x>${deep}<x>2</x></r>`, { x: {} })
    expect(root.children.map(({ text }) => text)).toEqual(['1', '2'])
    expect(omitted.size).toBe(0)
  })

  test('but its end must be its own', () => {
    expect(() => parseXml('<r><a><b/></c></r>', {})).toThrow(code('XML_MALFORMED'))
    expect(() => parseXml('<r><a><b/></r>', {})).toThrow(code('XML_MALFORMED'))
  })

  test('lists keep their first entries, and the others are counted', () => {
    const xml = `<r>${'<d/>'.repeat(MAX_LIST + 12)}<x>1</x></r>`
    const { root, omitted } = parseXml(xml, { d: {}, x: {} })
    expect(root.children).toHaveLength(MAX_LIST + 1)
    expect([...omitted]).toEqual([['d', 12]])
  })

  test('where everything is wanted, depth and number have limits', () => {
    const xml = `<r><m>${'<a>'.repeat(50)}${'</a>'.repeat(50)}<b>1</b></m><x>1</x></r>`
    const { root, omitted } = parseXml(xml, { m: '*', x: {} })
    expect(root.children.map(({ name }) => name)).toEqual(['m', 'x'])
    expect(root.children[0]?.children.at(-1)?.text).toBe('1')
    expect([...omitted]).toEqual([['element of metadata', 1]])
    const groups = `<g>${'<a/>'.repeat(1000)}</g>`.repeat(20)
    expect(parseXml(`<r><m>${groups}</m></r>`, { m: '*' }).omitted.get('element of metadata')).toBeGreaterThan(11)
  })

  test('an element has at most 512 attributes', () => {
    const many = Array.from({ length: 600 }, (_, i) => `a${i}="${i}"`).join(' ')
    const { root, omitted } = parseXml(`<r ${many}><x/></r>`, { x: {} })
    expect([root.attributes.size, root.children.length]).toEqual([512, 1])
    expect([...omitted]).toEqual([['attribute', 88]])
  })

  test('too long a text is refused', () => {
    expect(() => read(`<a>${' '.repeat(16_777_216)}</a>`)).toThrow(code('XML_TOO_LARGE'))
  })
})

/** A tree as a generator thinks of it, and one of the many ways in which it can be written. */
interface Made {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly parts: readonly (Made | string)[]
}
const nameOf = fc.constantFrom('a', 'b.c', 'd-e', 'x:f', 'ä', '_g', 'constructor', '__proto__')
const textOf = fc.string({
  unit: fc.constantFrom('x', ' ', '<', '>', '&', '"', "'", 'é', '😀', ']]>', '--', '!', '='),
  maxLength: 8,
})
const { made } = fc.letrec<{ made: Made }>((tie) => ({
  made: fc.record({
    name: nameOf,
    attributes: fc.dictionary(nameOf, textOf, { maxKeys: 3, noNullPrototype: false }),
    parts: fc.array(fc.oneof({ depthSize: 'small' }, textOf, tie('made')), { maxLength: 4 }),
  }),
}))

function write({ name, attributes, parts }: Made, pick: () => number): string {
  const numbered = (text: string) =>
    [...text].map((sign) => `&#${pick() % 2 ? sign.codePointAt(0) : `x${sign.codePointAt(0)!.toString(16)}`};`).join('')
  const named = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&apos;')
  const cdata = (text: string) => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
  const noise = () => ['', '', '<!-- <x> & -->', '<?x <y>?>'][pick() % 4]!
  const pairs = Object.entries(attributes).map(([own, value]) => {
    const quote = pick() % 2 ? '"' : "'"
    return `${' '.repeat(1 + (pick() % 2))}${own}${pick() % 3 ? '' : ' '}=${pick() % 3 ? '' : '\n'}${quote}${pick() % 2 ? named(value) : numbered(value)}${quote}`
  })
  const inner = parts.map(
    (part) => (typeof part === 'string' ? [named, numbered, cdata][pick() % 3]!(part) : write(part, pick)) + noise(),
  )
  const start = `<${name}${pairs.join('')}${pick() % 2 ? ' ' : ''}`
  return parts.length === 0 && pick() % 2 ? `${start}/>` : `${start}>${noise()}${inner.join('')}</${name} >`
}

const plain = (element: XmlElement): unknown => [
  element.name,
  Object.fromEntries(element.attributes),
  element.text,
  element.children.map(plain),
]
const expected = ({ name, attributes, parts }: Made): unknown => [
  name,
  Object.fromEntries(Object.entries(attributes)),
  parts
    .filter((part) => typeof part === 'string')
    .join('')
    .trim(),
  parts.flatMap((part) => (typeof part === 'string' ? [] : [expected(part)])),
]

test('[FA1] [FA2] every way to write a tree is read as that tree', () => {
  fc.assert(
    fc.property(made, fc.array(fc.nat(11), { minLength: 40, maxLength: 40 }), (tree, picks) => {
      let at = 0
      expect(plain(read(write(tree, () => picks[at++ % picks.length]!)))).toEqual(expected(tree))
    }),
    { numRuns: 300 * Number(process.env.DOMSCOPE_SOAK ?? 1) },
  )
})
