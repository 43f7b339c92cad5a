import { describe, expect, it } from 'vitest'
import { config, connect, failure, type Given, named } from '../testing/config-sources.ts'
import { oneLine } from './config-error.ts'

const inFile = (file: string | Uint8Array): Given => ({ argv: ['--config', '/c.json'], files: { '/c.json': file } })
const line = (given: Given) => oneLine(failure(given))
const utf16 = (text: string) => Buffer.from(text, 'utf16le')
const HOSTS = '{"hosts": ["qemu:///system"]}'
const CONF = '/etc/libvirt/libvirt.conf'

describe('[CN5] files are read as people save them', () => {
  it('reads UTF-8 with a byte order mark and other ends of lines', () => {
    expect(named(inFile(`\ufeff${HOSTS}\r\n`))).toEqual([['local', 'qemu:///system']])
    const libvirt = { uid: 0, files: { [CONF]: '\ufeffuri_default = "xen:///system"\r\n' } }
    expect(named(libvirt)).toEqual([['local', 'xen:///system']])
  })

  it.each<[string, Uint8Array, string]>([
    ['UTF-16 with a mark', utf16(`\ufeff${HOSTS}`), '/c.json: this is UTF-16, not UTF-8. Save it as UTF-8.'],
    ['UTF-16 without', utf16(HOSTS), '/c.json: this is UTF-16, not UTF-8.'],
    ['the other UTF-16', utf16(`\ufeff${HOSTS}`).swap16(), '/c.json: this is UTF-16, not UTF-8.'],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0]), '/c.json: this is UTF-32'],
    [
      'Latin-1',
      Buffer.from('{\n"hosts": ["é"]}', 'latin1'),
      '/c.json:2: this is not UTF-8: byte 0xe9 has no meaning there.',
    ],
  ])('says that it is %s', (_what, bytes, start) => {
    expect(line(inFile(bytes))).toContain(start)
  })

  it.each([
    [
      '{\n  \u200b"hosts": []}',
      '/c.json:2:3: this is not JSON: U+200B (zero width space) stands outside of the quotes',
    ],
    ['{\u00a0"hosts": []}', '/c.json:1:2: this is not JSON: U+00A0 (no-break space)'],
    [
      '{“hosts”: []}',
      '/c.json:1:2: this is not JSON: U+201C (left double quotation mark) stands outside of the quotes. Write plain quotes',
    ],
    ['{"hosts": [“qemu:///system”]}', '/c.json:1:12: this is not JSON: U+201C'],
    ['\ufeff\ufeff{}', '/c.json:1:1: this is not JSON: U+FEFF (byte order mark)'],
    ['{"duty": 1\u00ad0}', '/c.json:1:11: this is not JSON: U+00AD (soft hyphen)'],
    ['{"duty"：10}', '/c.json:1:8: this is not JSON: U+FF1A (full-width colon)'],
    ['{"a\\"“": 1, \u202e}', '/c.json:1:13: this is not JSON: U+202E (right-to-left override)'],
    ['{"a": "b\u0001c"}', '/c.json:1:9: this is not JSON: U+0001 stands in quotes as itself'],
    ['{"a\tb": 1}', '/c.json:1:4: this is not JSON: U+0009 (tab) stands in quotes as itself'],
    ['{"\u200bduty": 10}', '/c.json: ‹200B›duty: there is no such key'],
    [
      '{"listen": "127.0.0.1:80\u200b"}',
      '/c.json: listen: "127.0.0.1:80‹200B›" is not HOST:PORT: it holds U+200B (zero width space)',
    ],
    ['{"hosts": ["qemu:///system\u00a0"]}', 'it holds U+00A0 (no-break space) (character 15)'],
  ])('names what cannot be seen in %j', (text, what) => {
    expect(line(inFile(text))).toContain(what)
  })

  it.each<[Given, string]>([
    [
      { env: { DOMSCOPE_LISTEN: '127.0.0.1：80' } },
      'DOMSCOPE_LISTEN: "127.0.0.1：80" is not HOST:PORT: it holds U+FF1A (full-width colon)',
    ],
    [{ env: { DOMSCOPE_INTERVAL: '1000\u00a0' } }, 'DOMSCOPE_INTERVAL: "1000‹00A0›" is not'],
    [{ env: { DOMSCOPE_DUTY: '１０' } }, 'it holds U+FF11'],
    [{ env: { DOMSCOPE_CONFIG: '/c.json\u200b' } }, 'DOMSCOPE_CONFIG: there is no file /c.json‹200B›'],
    [{ env: { DOMSCOPE_CONNECT: 'qemu:///system\u200b' } }, 'U+200B (zero width space)'],
    [{ env: { LIBVIRT_DEFAULT_URI: '\u200bqemu:///system' } }, 'U+200B (zero width space)'],
    [
      { argv: ['—connect', 'qemu:///system'] },
      '"—connect": this belongs to no flag: it begins with U+2014 (em dash), where a flag has two hyphens',
    ],
    [{ argv: ['--connect', 'kvm\u00ad01=qemu:///system'] }, 'is not a name for a host: it holds U+00AD (soft hyphen)'],
    [{ argv: ['--conn\u200bect', 'x'] }, '--conn‹200B›ect: there is no such flag'],
  ])('also in variables and flags: %j', (given, what) => {
    expect(line(given)).toContain(what)
  })
})

describe("[CN6] what cannot be read in libvirt's configuration costs only those who need it", () => {
  const BAD = 'uri_aliases = [ "no alias", "a=qemu+ssh://a/system" ]'
  const given = (text: string | Error, ...uris: string[]): Given => ({
    uid: 0,
    argv: connect(...uris),
    files: { [CONF]: text as string },
  })

  it('goes on without what it does not need, and tells', () => {
    for (const uri of ['qemu:///system', 'a']) {
      const { hosts, unread } = config(given(BAD, uri))
      expect(hosts).toHaveLength(1)
      expect(unread).toEqual([
        expect.stringMatching(/libvirt.conf:1: uri_aliases: "no alias" is not name=URI.*\. Write /),
      ])
    }
    expect(config({ uid: 0, files: { [CONF]: `${BAD}\nuri_default = 'a'` } }).hosts[0]?.uri.host).toBe('a')
  })

  it('says in the refusal of an unknown alias what was not read', () => {
    expect(line(given(BAD, 'hail'))).toMatch(/there are a; not read: .*libvirt.conf:1: uri_aliases: "no alias"/)
  })

  it('refuses to watch something else where the default is not readable', () => {
    const sockets = [{ uri: 'qemu:///system', path: '/s' }]
    expect(line({ uid: 0, sockets, files: { [CONF]: 'uri_default = "qemu+ssh://a/system' } })).toContain(
      `${CONF}:1: text that begins with " ends with "`,
    )
    expect(named({ uid: 0, sockets, files: { [CONF]: BAD } })).toHaveLength(1)
  })

  it('does the same with a file that cannot be opened or decoded', () => {
    const forbidden = Object.assign(new Error('EACCES'), { code: 'EACCES' })
    expect(config(given(forbidden, 'qemu:///system')).unread).toEqual([
      expect.stringContaining('this user may not read it'),
    ])
    expect(line({ uid: 0, files: { [CONF]: forbidden } })).toContain('this user may not read it')
    expect(line({ uid: 0, files: { [CONF]: utf16('uri_default = "x"') } })).toContain('this is UTF-16')
  })
})

describe('[CN4] lists where one address belongs', () => {
  it.each<[Given, string]>([
    [
      { env: { DOMSCOPE_CONNECT: 'qemu+ssh://kvm-01/system,qemu+ssh://kvm-02/system' } },
      'put spaces between them in DOMSCOPE_CONNECT',
    ],
    [{ env: { DOMSCOPE_CONNECT: 'qemu+ssh://kvm-01/system, qemu+ssh://kvm-02/system' } }, 'it ends with ","'],
    [
      { env: { DOMSCOPE_CONNECT: '"qemu:///system"' } },
      'begins with ", which does not belong to it. Leave out the quotes.',
    ],
    [{ env: { DOMSCOPE_CONNECT: "'a=qemu:///system" } }, "begins with ', which does not belong to it"],
    [{ env: { DOMSCOPE_CONNECT: '“qemu:///system”' } }, 'begins with U+201C (left double quotation mark)'],
    [{ argv: connect('a=qemu+ssh://a/system,b=qemu+ssh://b/system') }, 'is not one connection URI'],
    [{ argv: connect('qemu+ssh://a/system\nqemu+ssh://b/system') }, 'it holds U+000A (line feed)'],
    [{ argv: connect('a,b') }, 'is not one connection URI'],
    [{ argv: connect('a,b=qemu:///system') }, '"a,b" is not a name for a host'],
    [{ argv: ['--listen', '127.0.0.1:80,127.0.0.1:81'] }, 'is not HOST:PORT, and there is only one'],
    [{ argv: ['--listen', '127.0.0.1:80 127.0.0.1:81'] }, 'is not HOST:PORT'],
    [inFile('{"hosts": ["qemu+ssh://a/system, qemu+ssh://b/system"]}'), '/c.json: hosts[0]: '],
    [inFile('{"hosts": [{"uri": "qemu:///system;qemu+ssh://b/system"}]}'), 'is not one connection URI'],
    [
      {
        uid: 0,
        argv: connect('qemu:///system?socket=/x,hail'),
        files: { [CONF]: 'uri_aliases = ["hail=qemu+ssh://a/system"]' },
      },
      '"hail" is another address in the same text',
    ],
  ])('%j', (given, what) => {
    expect(line(given)).toContain(what)
  })

  it('takes lines, tabs and spaces of every width between the members of DOMSCOPE_CONNECT', () => {
    const DOMSCOPE_CONNECT =
      'qemu+ssh://a/system\nqemu+ssh://b/system\t c=qemu+ssh://c/system\u00a0qemu+ssh://d/system\n'
    expect(named({ env: { DOMSCOPE_CONNECT } }).map(([name]) => name)).toEqual(['a', 'b', 'c', 'd'])
  })
})
