import { describe, expect, it, test } from 'vitest'
import { DomscopeError } from '../errors/domscope-error.ts'
import { parseLibvirtUri } from './uri.ts'
import { deriveHostNames, nameForOpen, redactUri } from './uri-names.ts'
import { redactUriText } from './uri-redact.ts'

function failure(text: string): DomscopeError {
  try {
    parseLibvirtUri(text)
  } catch (error) {
    if (error instanceof DomscopeError) return error
    throw error
  }
  throw new Error(`${text} was accepted`)
}

describe('[CN3] escapes are decoded in every part', () => {
  test.each([
    ['qemu+ssh://jo@[fe80::1%25eth0]/system', 'jo', 'fe80::1%eth0', '/system'],
    ['qemu+ssh://jo@[fe80::1%eth0]/system', 'jo', 'fe80::1%eth0', '/system'],
    ['qemu+ssh://jo@[FE80::1%25br%2Dlan%2e100]:22/system', 'jo', 'FE80::1%br-lan.100', '/system'],
    ['qemu+ssh://jo@[fe80::1%de0]/system', 'jo', 'fe80::1%de0', '/system'],
    ['qemu+ssh://j%6F@k%76m%2d01/%73ystem', 'jo', 'kvm-01', '/system'],
    ['qemu+ssh://a%40b%2Fc@kvm/system', 'a@b/c', 'kvm', '/system'],
    ['test+ssh://z%C3%BCrich/a%20b%2c%3Fc.xml', null, 'zürich', '/a b,?c.xml'],
    ['test+ssh://zürich/ä.xml', null, 'zürich', '/ä.xml'],
  ])('%s', (text, user, host, path) => {
    expect(parseLibvirtUri(text)).toMatchObject({ user, host, path })
  })

  it('decodes names and values of parameters, separated as libvirt does', () => {
    const { params } = parseLibvirtUri('qemu+ssh://h/system?k%65yfile=%2Fk%2b+;x&SOCKET=/run/a%26b&no_tty=1;z%3D=%31')
    expect(params).toMatchObject({ keyfile: '/k++;x', socket: '/run/a&b', noTty: true, passed: ['z%3D=%31'] })
  })

  it('encodes the path again for the daemon', () => {
    expect(nameForOpen(parseLibvirtUri('test+ssh://h/%61%20b%3fc%23%25.xml'))).toBe('test:///a%20b%3Fc%23%25.xml')
    expect(nameForOpen(parseLibvirtUri('qemu+ssh://h/%73ystem'))).toBe('qemu:///system')
  })

  it.each([
    ['a%00b', 'U+0000 (null)'],
    ['a%0Ab', 'U+000A (line feed)'],
    ['a%c2%85b', 'U+0085'],
  ])('refuses controls in disguise: %s', (part, name) => {
    for (const text of [`qemu+ssh://${part}@h/system`, `qemu+ssh://h/${part}`, `qemu+ssh://h/system?keyfile=${part}`]) {
      expect(failure(text).message).toContain(`an escape stands for ${name}`)
    }
  })

  it.each([
    'qemu+ssh://-%6F@h/',
    'qemu+ssh://%2DoProxyCommand=x/',
    'qemu+ssh://[fe80::1%25]/',
    'qemu+ssh://[::1%25%2f]/',
  ])('still refuses %s', (text) => {
    expect(failure(text).code).toBe('BAD_URI')
  })

  it('masks what is disguised, and passwords with slashes', () => {
    const shown = ['root%3Ahunter2@kvm/system', 'root:hun/ter2@kvm/system'].map(
      (rest) => failure(`qemu+ssh://${rest}`).message,
    )
    for (const message of [...shown, redactUriText('ssh://root:1/hunter2@kvm')]) expect(message).not.toMatch(/ter2/)
    expect(redactUri(parseLibvirtUri('qemu+ssh://h/system?p%61ssword=hunter2'))).toBe(
      'qemu+ssh://h/system?p%61ssword=***',
    )
    expect(redactUriText('qemu+ssh://kvm:22/system?x=a@b')).toBe('qemu+ssh://kvm:22/system?x=a@b')
  })

  it('derives names from what is meant, not from how it is written', () => {
    const uris = ['qemu+ssh://[fe80::1%25eth0]/system', 'qemu+ssh://k%76m/system', 'qemu+ssh://kvm/%73ession']
    expect(deriveHostNames(uris.map(parseLibvirtUri))).toEqual(['fe80::1%eth0', 'kvm-system', 'kvm-session'])
  })
})

describe('[CN4] lists and strange signs are no URI', () => {
  test.each([
    ['qemu+ssh://kvm-01/system,qemu+ssh://kvm-02/system', 24],
    ['qemu+ssh://kvm-01/system;qemu+ssh://kvm-02/system', 24],
    ['qemu+ssh://kvm-01/system|qemu+ssh://kvm-02/system', 24],
    ['qemu+ssh://kvm-01/system\nqemu+ssh://kvm-02/system', 24],
    ['qemu+ssh://kvm-01/system\u00a0qemu+ssh://kvm-02/system', 24],
    ['qemu+ssh://kvm-01/system，qemu+ssh://kvm-02/system', 24],
    ['qemu+ssh://kvm-01/system&qemu+ssh://kvm-02/system', 33],
    ['qemu+ssh://kvm-01/systemqemu+ssh://kvm-02/system', 32],
    ['qemu+ssh://kvm-01/system?a=b&qemu+ssh://kvm-02/system', 37],
    ['qemu+ssh://kvm-01/system?name=qemu:///a&x=qemu:///b', 46],
    ['qemu+ssh://kvm-01,kvm-02/system', 17],
    ['qemu+ssh://kvm-01,root@kvm-02/system', 17],
    ['qemu:///system,', 14],
    ['qemu:///system;', 14],
    ['qemu:///system?socket=/run/x,', 28],
    ['qemu+ssh://kvm-01/system%2Cqemu+ssh%3A//kvm-02/system', 24],
    ['qemu+ssh://kvm-01/system%20qemu%3a%2f%2f/system', 24],
    ['qemu+ssh://kvm-01/system/qemu+ssh:/kvm-02/system', 33],
    ['kvm-01,kvm-02', 6],
    ['kvm-01;kvm-02', 6],
  ])('%j, seen at %d', (text, position) => {
    const error = failure(text)
    expect(error.detail.position).toBe(position)
    expect(error.message).toMatch(/is not one connection URI/)
    expect(error.remedy).toMatch(/repeat --connect.*DOMSCOPE_CONNECT/)
  })

  test.each([
    ['"qemu:///system"', 0, 'a " around it'],
    ["'qemu:///system'", 0, "a ' around it"],
    ['“qemu:///system”', 0, 'U+201C (left double quotation mark) around it'],
    ['qemu:///system\u200b', 14, 'U+200B (zero width space)'],
    ['qemu:///sys\u00adtem', 11, 'U+00AD (soft hyphen)'],
    ['\ufeffqemu:///system', 0, 'U+FEFF (byte order mark)'],
    ['qemu:///system\u202e', 14, 'U+202E (right-to-left override)'],
    ['qemu+ssh://ｋvm/system', 11, 'U+FF4B'],
    ['qemu+ssh：//kvm/system', 8, 'U+FF1A (full-width colon)'],
    ['qemu+ssh://kvm‑01/system', 14, 'U+2011 (non-breaking hyphen)'],
    ['qemu:///{system}', 8, 'a { is written as %XX'],
    ['qemu:///a\\b', 9, 'a \\ is written as %XX'],
    ['qemu+ssh://a@b@kvm/system', 12, 'one @ separates'],
  ])('%j is named at %d', (text, position, what) => {
    const error = failure(text)
    expect([error.detail.position, error.message]).toEqual([position, expect.stringContaining(what)])
  })

  test.each(['qemu+ssh://h/system?name=qemu:///embed', 'qemu+libssh://h/system?sshauth=privkey,agent'])(
    'takes %s',
    (text) => {
      expect(parseLibvirtUri(text).text).toBe(text)
    },
  )
})
