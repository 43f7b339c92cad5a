import { describe, expect, it } from 'vitest'
import { config, connect, failure, type Given } from '../testing/config-sources.ts'
import { oneLine } from './config-error.ts'

describe('bad settings are refused in one line that names where, what and what to do', () => {
  const unreadable = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })
  const directory = Object.assign(new Error('EISDIR'), { code: 'EISDIR' })
  const inFile = (text: string): Given => ({ argv: ['--config', '/c.json'], files: { '/c.json': text } })

  it.each<[string, Given, string]>([
    ['an unknown flag', { argv: ['--colour'] }, '--colour: there is no such flag. Flags are --connect'],
    [
      'a flag with a typing error',
      { argv: ['--conect', 'x'] },
      '--conect: there is no such flag. Did you mean --connect?',
    ],
    ['a short flag nobody knows', { argv: ['-x'] }, '-x: there is no such flag'],
    ['a stray word', { argv: ['qemu:///system'] }, '"qemu:///system": this belongs to no flag'],
    ['a flag without its value', { argv: ['--listen'] }, '--listen: this flag needs a value'],
    ['a flag that swallows the next', { argv: ['--listen', '--check'] }, '--listen: this flag needs a value'],
    ['a value where none belongs', { argv: ['--check=yes'] }, '--check: this flag takes no value'],
    ['a flag twice', { argv: ['--duty', '1', '--duty', '2'] }, '--duty: it is given twice'],
    ['listen without a port', { argv: ['--listen', 'localhost'] }, '--listen: "localhost" is not HOST:PORT'],
    ['a port out of range', { argv: ['--listen', '127.0.0.1:70000'] }, '--listen: port 70000 is not 0 to 65535'],
    ['a bare IPv6 address', { argv: ['--listen', '::1:8080'] }, '--listen: "::1:8080" is not HOST:PORT'],
    ['no IPv6 address', { argv: ['--listen', '[zz]:8080'] }, '--listen: "zz" is not an IPv6 address'],
    [
      'a variable',
      { env: { DOMSCOPE_INTERVAL: '5x' } },
      'DOMSCOPE_INTERVAL: "5x" is not a whole number of milliseconds from 200 to 60000',
    ],
    ['an interval too short', { argv: ['--interval', '10'] }, '--interval: "10" is not a whole number of milliseconds'],
    ['a duty of nothing', { argv: ['--duty', '0'] }, '--duty: "0" is not a whole number of percent from 1 to 100'],
    [
      'too little memory for history',
      { argv: ['--history-memory', '4'] },
      '--history-memory: "4" is not a whole number of MiB from 8 to 1048576',
    ],
    ['a fraction', { argv: ['--duty', '1.5'] }, '--duty: "1.5" is not'],
    ['a missing config file', { argv: ['--config', '/none.json'] }, '--config: there is no file /none.json'],
    [
      'an unreadable config file',
      { argv: ['--config', '/c.json'], files: { '/c.json': unreadable } },
      '--config: /c.json cannot be read: this user may not read it',
    ],
    [
      'a directory',
      { env: { DOMSCOPE_CONFIG: '/c.json' }, files: { '/c.json': directory } },
      'DOMSCOPE_CONFIG: /c.json cannot be read: it is a directory',
    ],
    ['no JSON', inFile('{"listen": }'), '/c.json: this is not JSON'],
    ['JSON that is no object', inFile('[]'), '/c.json: this must be an object'],
    [
      'an unknown key',
      inFile('{"host": []}'),
      '/c.json: host: there is no such key. Keys are listen, interval, duty, historyMemory, auth, stateDir, hosts',
    ],
    ['hosts that are no list', inFile('{"hosts": {}}'), '/c.json: hosts: this must be a list'],
    ['a host without URI', inFile('{"hosts": [{"name": "x"}]}'), '/c.json: hosts[0].uri: a host needs a URI'],
    ['a host with an unknown key', inFile('{"hosts": [{"url": "x"}]}'), '/c.json: hosts[0]: url: there is no such key'],
    [
      'a label that is no text',
      inFile('{"hosts": [{"uri": "qemu:///system", "labels": {"rack": 3}}]}'),
      '/c.json: hosts[0].labels.rack: this must be text',
    ],
    [
      'a URI in the file',
      inFile('{"hosts": ["qemu:///system", "nonsense:x"]}'),
      '/c.json: hosts[1]: "nonsense:x" is not a connection URI',
    ],
    [
      'an interval in the file',
      inFile('{"interval": "often", "hosts": ["qemu:///system"]}'),
      '/c.json: interval: "often" is not a whole number',
    ],
    ['a limit', inFile('{"limits": {"streams": 0}}'), '/c.json: limits.streams: 0 is not a whole number of streams'],
    ['an unknown limit', inFile('{"limits": {"stream": 1}}'), '/c.json: limits: stream: there is no such key'],
    [
      'an allowed host with a port',
      inFile('{"allowedHosts": ["a.org:80"]}'),
      '/c.json: allowedHosts[0]: "a.org:80" is not a host name',
    ],
    ['a URI nobody understands', { argv: connect('http//kvm') }, '--connect: "http//kvm" is not a connection URI'],
    ['a word that is no alias', { argv: connect('hail') }, '--connect: "hail" is neither a URI nor one of the aliases'],
    [
      'a transport that does not work yet',
      { argv: connect('qemu+tls://a/system') },
      '--connect: transport tls is not supported yet. Use qemu+ssh://a/system',
    ],
    [
      'an unknown transport',
      { argv: connect('qemu+ftp://a/system') },
      '--connect: "qemu+ftp://a/system" is not a connection URI: there is no transport "ftp"',
    ],
    [
      'a URI in a variable',
      { env: { LIBVIRT_DEFAULT_URI: 'qemu+ssh:///system' } },
      'LIBVIRT_DEFAULT_URI: "qemu+ssh:///system" is not a connection URI',
    ],
    [
      'one URI twice',
      { argv: connect('qemu:///system', 'a=qemu:///system') },
      '--connect: qemu:///system is given twice',
    ],
    ['one daemon written in two ways', { argv: connect('qemu:///system', 'QEMU+unix:///system') }, 'is given twice'],
    [
      'one name twice',
      { argv: connect('a=qemu:///system', 'a=xen:///system') },
      '--connect: "a" would name both qemu:///system and xen:///system',
    ],
    [
      'a given name that is another host',
      { argv: connect('local=xen+ssh://a/system', 'qemu:///system') },
      '"local" would name both',
    ],
    ['a name that is none', { argv: connect('a b=qemu:///system') }, '--connect: "a b" is not a name for a host'],
    ['an empty name', { argv: connect('=qemu:///system') }, '--connect: "" is not a name for a host'],
    [
      'a bad simulation',
      { argv: connect('sim:?hosts=many') },
      '--connect: sim: parameter hosts=many is not allowed. Give hosts a whole number',
    ],
    ['two simulations', { argv: connect('sim:', 'sim:?hosts=2') }, '--connect: there can be one simulated fleet'],
    ['a named simulation', { argv: connect('a=sim:') }, '--connect: a simulated fleet names its hosts itself'],
    [
      'a stray development mode',
      { argv: connect('qemu:///system'), env: { NODE_ENV: 'development' } },
      'NODE_ENV=development: this is no development server',
    ],
    [
      'a broken default in libvirt.conf',
      { uid: 0, files: { '/etc/libvirt/libvirt.conf': 'uri_default = 5' } },
      '/etc/libvirt/libvirt.conf:1: uri_default: this must be text in quotes',
    ],
    [
      'line breaks in a value',
      { argv: ['--listen', 'a\nb'] },
      '--listen: "a‹000A›b" is not HOST:PORT: it holds U+000A (line feed)',
    ],
  ])('%s', (_what, given, start) => {
    const error = failure(given)
    expect(error.code).toBe('BAD_CONFIG')
    expect(error.radius).toBe('process')
    const line = oneLine(error)
    expect(line).toContain(start)
    expect(line).toMatch(/^domscope: [^\n\r]+[.?]$/)
    expect(error.remedy).not.toBeNull()
  })

  it('does not show the secrets of a URI', () => {
    const line = oneLine(failure({ argv: connect('qemu+ssh://me:hunter2@kvm/system') }))
    expect(line).not.toContain('hunter2')
  })
})

describe('[A-1] listening', () => {
  it.each([
    ['127.0.0.1:8080', '127.0.0.1', 8080],
    ['127.3.2.1:1', '127.3.2.1', 1],
    ['localhost:0', '127.0.0.1', 0],
    ['LOCALHOST:99', '127.0.0.1', 99],
    ['[::1]:8080', '::1', 8080],
  ])('takes %s', (text, host, port) => {
    expect(config({ argv: [...connect('qemu:///system'), '--listen', text] }).listen).toEqual({ host, port })
  })

  it.each(['0.0.0.0:8080', '[::]:8080', '10.0.0.5:8080', '[::ffff:127.0.0.1]:8080'])(
    '[A-1] refuses %s without a login, with what to set instead',
    (text) => {
      const line = oneLine(failure({ argv: ['--listen', text] }))
      expect(line).toMatch(
        /^domscope: --listen: without a login Domscope listens on loopback only, not on .+\. Set --auth/,
      )
      expect(line).toMatch(
        /or --listen 127\.0\.0\.1:\d+ and reach it by ssh -L \d+:127\.0\.0\.1:\d+\. --insecure-no-auth/,
      )
      const rest = ['--listen', text, ...connect('qemu:///system')]
      expect(config({ argv: ['--auth', 'token', ...rest] }).listen.port).toBe(8080)
      expect(config({ argv: ['--insecure-no-auth', ...rest] }).auth).toEqual({ mode: 'loopback', insecure: true })
    },
  )

  it.each([':8080', 'scope.example.org:8080', 'localhost.evil:1'])('refuses %s, which is no address', (text) => {
    expect(oneLine(failure({ argv: ['--listen', text] }))).toMatch(/--listen: .*(no|not an) address\. Write HOST:PORT/)
  })
})
