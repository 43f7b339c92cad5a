import { describe, expect, it } from 'vitest'
import { EMPTY_LIBVIRT_CONF, parseLibvirtConf } from './libvirt-conf.ts'

const read = (text: string) => {
  const { uriDefault, aliases, faults, noDefault } = parseLibvirtConf(text, '/l.conf')
  return { uriDefault, aliases: [...aliases], faults: faults.map(({ message }) => message), noDefault }
}

describe("[CN6] libvirt's client configuration", () => {
  it.each([
    ['uri_default = "qemu:///system"', 'qemu:///system'],
    ["uri_default='qemu:///system'", 'qemu:///system'],
    ['uri_default = """qemu:///system"""', 'qemu:///system'],
    ['  uri_default\t=\t"""qemu:///system"""  # comment', 'qemu:///system'],
    ['# uri_default = "xen:///"\r\nuri_default = "qemu:///system"\r\n', 'qemu:///system'],
    ['log = """a # "b"\nuri_default = "xen:///"\n"""\nuri_default = "qemu:///system"', 'qemu:///system'],
    ['uri_default = "qemu:///system"\nuri_default = "xen:///"', 'qemu:///system'],
    ["uri_default = 'a#b\"c'", 'a#b"c'],
    ['uri_default = ""', null],
    ['max = -12\nports = [ 1, [2, "x"], 3 ]\n', null],
    ['', null],
  ])('%j gives %j', (text, uriDefault) => {
    expect(read(text)).toMatchObject({ uriDefault, faults: [], noDefault: null })
  })

  it('reads lists over several lines, with comments and a comma at the end; of one name the first', () => {
    const text = `uri_aliases = [ # hosts\n  "a=qemu+ssh://a/system",\n  # "x=y",\n  'b=qemu:///system?x=1' , """c=xen:///""",\n  "a=other:///",\n]\nuri_default = "a"\n`
    expect(read(text)).toEqual({
      uriDefault: 'a',
      aliases: [
        ['a', 'qemu+ssh://a/system'],
        ['b', 'qemu:///system?x=1'],
        ['c', 'xen:///'],
      ],
      faults: [],
      noDefault: null,
    })
  })

  it('tells of a bad alias where it is, and reads the others', () => {
    const { aliases, faults, noDefault } = read(
      'uri_aliases = [\n "a=qemu:///system",\n "no alias",\n "b c=x:///",\n 7,\n "d=xen:///" ]',
    )
    expect(aliases.map(([name]) => name)).toEqual(['a', 'd'])
    expect(faults).toEqual([
      '/l.conf:3: uri_aliases: "no alias" is not name=URI, the name of letters, digits, _ and -',
      '/l.conf:4: uri_aliases: "b c=x:///" is not name=URI, the name of letters, digits, _ and -',
      '/l.conf:5: uri_aliases: an alias is text in quotes',
    ])
    expect(noDefault).toBeNull()
  })

  it.each([
    ['a = 1\nuri_aliases = [ "a=x:///" "b=y:///" ]\nb = 2', 2, 'values of a list are separated by commas'],
    ['uri_aliases = [\n"a=x:///",\n', 3, 'a value is a number'],
    ['uri_aliases = "a=x:///\n', 1, 'text that begins with " ends with ", and there is the end of the line'],
    ["\n\nx = 'a\n", 3, "text that begins with ' ends with '"],
    ['x = """a\nb\n', 1, 'text that begins with """ ends with """, and there is the end of the file'],
    ['x = yes', 1, 'a value is a number, text in quotes or a list in [ ], and there is "y"'],
    ['x = 1 y = 2', 1, 'a setting ends with its line, and there is "y"'],
    ['x : 1', 1, '= follows x, and there is ":"'],
    ['\u200bx = 1', 1, 'a setting begins with its name, and there is U+200B (zero width space)'],
    ['x = “a”', 1, 'and there is U+201C (left double quotation mark)'],
    ['uri_aliases = [[[[[[[[[["a=x:///"]]]]]]]]]]', 1, 'lists stand in lists in lists'],
  ])('tells where %j ends to make sense: line %i', (text, line, what) => {
    const { faults } = read(text)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(new RegExp(`^/l.conf:${line}: `))
    expect(faults[0]).toContain(what)
  })

  it('goes on after a fault with the next setting', () => {
    const { uriDefault, aliases } = read('bad bad\nuri_aliases = [ "a=x:///"\nuri_default = "a:///"\n')
    expect([uriDefault, aliases]).toEqual(['a:///', []])
    expect(parseLibvirtConf('', 'x')).toEqual(EMPTY_LIBVIRT_CONF)
  })

  it('knows that a default is there and cannot be read', () => {
    for (const text of ['uri_default = 5', 'uri_default = qemu:///system', 'uri_default "x"']) {
      expect(read(text).noDefault?.message).toMatch(/^\/l.conf:1/)
    }
  })
})
