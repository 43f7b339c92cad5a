import { describe, expect, it } from 'vitest'
import { DomscopeError } from '../lib/errors/domscope-error.ts'
import { redactUri } from '../lib/libvirt/uri-names.ts'
import { oneLine } from './config/config-error.ts'
import type { ConfigSources } from './config/sources.ts'
import { USAGE } from './config/usage.ts'
import { type Config, readCommand } from './config.ts'

type Given = {
  argv?: readonly string[]
  env?: Readonly<Record<string, string>>
  files?: Readonly<Record<string, string | Error>>
  sockets?: readonly { uri: string; path: string }[]
  uid?: number
}

function sources({ argv = [], env = {}, files = {}, sockets = [], uid = 1000 }: Given): ConfigSources {
  return {
    argv,
    env,
    readFile(path) {
      const file = files[path]
      if (file instanceof Error) throw file
      return file ?? null
    },
    findSockets: () => ({
      found: sockets,
      tried: ['/var/run/libvirt/virtqemud-sock-ro', '/var/run/libvirt/libvirt-sock-ro'],
    }),
    user: { uid, name: 'op', home: '/home/op' },
  }
}

function config(given: Given): Config {
  const command = readCommand(sources(given))
  if (command.kind !== 'serve' && command.kind !== 'check') throw new Error(`got ${command.kind}`)
  return command.config
}

const named = (given: Given) => config(given).hosts.map(({ name, uri }) => [name, uri.text])

function failure(given: Given): DomscopeError {
  try {
    readCommand(sources(given))
  } catch (error) {
    if (error instanceof DomscopeError) return error
    throw error
  }
  throw new Error('it was accepted')
}

const connect = (...uris: string[]) => uris.flatMap((uri) => ['--connect', uri])
const SYSTEM = '/var/run/libvirt/libvirt-sock-ro'

describe('rank of settings', () => {
  const file = JSON.stringify({ listen: '127.0.0.1:3', interval: 3000, duty: 3, hosts: ['qemu:///system'] })
  const files = { '/etc/scope.json': file }
  const env = { DOMSCOPE_CONFIG: '/etc/scope.json' }

  it('takes defaults where nothing is said', () => {
    expect(config({ argv: connect('qemu:///system') })).toMatchObject({
      listen: { host: '127.0.0.1', port: 8080 },
      intervalMs: 1000,
      dutyPercent: 10,
      allowedHosts: [],
      dev: false,
      nodeEnv: 'production',
      ssh: null,
      sim: null,
    })
  })

  it('puts the file before defaults, variables before the file, and flags before variables', () => {
    const { listen, intervalMs, dutyPercent } = config({
      argv: ['--duty', '5'],
      env: { ...env, DOMSCOPE_DUTY: '4', DOMSCOPE_INTERVAL: '400' },
      files,
    })
    expect({ listen, intervalMs, dutyPercent }).toEqual({
      listen: { host: '127.0.0.1', port: 3 },
      intervalMs: 400,
      dutyPercent: 5,
    })
  })

  it('treats an empty variable as one that is not set', () => {
    expect(
      config({ argv: connect('qemu:///system'), env: { DOMSCOPE_LISTEN: '', DOMSCOPE_CONFIG: '' } }).listen.port,
    ).toBe(8080)
  })
})

describe('sources of hosts, first that is set', () => {
  const all: Given = {
    argv: connect('qemu+ssh://flag/system'),
    env: {
      DOMSCOPE_CONNECT: ' qemu+ssh://env/system  b=qemu+ssh://env2/system ',
      LIBVIRT_DEFAULT_URI: 'qemu:///session',
    },
    files: {
      '/c.json':
        '{"hosts": [{"uri": "qemu+ssh://file/system", "name": "f", "labels": {"rack": "3"}}, "qemu+ssh://g/system"]}',
      '/home/op/.config/libvirt/libvirt.conf': 'uri_default = "xen:///system"',
    },
    sockets: [{ uri: 'qemu:///system', path: SYSTEM }],
  }
  const withFile = { ...all.env, DOMSCOPE_CONFIG: '/c.json' }

  it.each<[string, Given, string[][]]>([
    ['flags', { ...all, env: withFile }, [['flag', 'qemu+ssh://flag/system']]],
    [
      'DOMSCOPE_CONNECT',
      { ...all, argv: [], env: withFile },
      [
        ['env', 'qemu+ssh://env/system'],
        ['b', 'qemu+ssh://env2/system'],
      ],
    ],
    [
      'the config file',
      { ...all, argv: [], env: { ...withFile, DOMSCOPE_CONNECT: '' } },
      [
        ['f', 'qemu+ssh://file/system'],
        ['g', 'qemu+ssh://g/system'],
      ],
    ],
    [
      'LIBVIRT_DEFAULT_URI',
      { ...all, argv: [], env: { LIBVIRT_DEFAULT_URI: 'qemu:///session' } },
      [['local', 'qemu:///session']],
    ],
    ['uri_default', { ...all, argv: [], env: {} }, [['local', 'xen:///system']]],
    ['sockets', { ...all, argv: [], env: {}, files: {} }, [['local', 'qemu:///system']]],
  ])('%s', (_source, given, expected) => {
    expect(named(given)).toEqual(expected)
  })

  it('keeps labels of the config file', () => {
    expect(config({ ...all, argv: [], env: { DOMSCOPE_CONFIG: '/c.json' } }).hosts[0]!.labels).toEqual({ rack: '3' })
  })

  it("reads root's libvirt.conf from /etc and another user's from XDG_CONFIG_HOME", () => {
    const text = "uri_default = 'xen:///system' # mine"
    expect(named({ uid: 0, files: { '/etc/libvirt/libvirt.conf': text } })).toEqual([['local', 'xen:///system']])
    const env = { XDG_CONFIG_HOME: '/x' }
    expect(named({ env, files: { '/x/libvirt/libvirt.conf': text } })).toEqual([['local', 'xen:///system']])
  })

  it('simulates only where nothing else is set and the fallback was asked for', () => {
    const env = { DOMSCOPE_FALLBACK_SIM: '1' }
    expect(config({ env }).sim?.options).toMatchObject({ hosts: 8, domains: 2000, seed: 1 })
    expect(config({ env, sockets: [{ uri: 'qemu:///system', path: SYSTEM }] }).sim).toBeNull()
  })

  it('names what it looked for when there is nothing', () => {
    const error = failure({})
    expect(error.code).toBe('NO_HOSTS')
    for (const word of [
      '--connect',
      'DOMSCOPE_CONNECT',
      'LIBVIRT_DEFAULT_URI',
      'uri_default',
      'virtqemud-sock-ro',
      SYSTEM,
    ]) {
      expect(error.message).toContain(word)
    }
  })

  it('expands aliases of the client of libvirt', () => {
    const files = {
      '/etc/libvirt/libvirt.conf':
        '# uri_default = "no"\nuri_aliases = [\n "hail=qemu+ssh://hail/system", # a\n "sleet=xen:///system",\n]\n',
    }
    expect(named({ uid: 0, files, argv: connect('hail', 'cold=sleet') })).toEqual([
      ['hail', 'qemu+ssh://hail/system'],
      ['cold', 'xen:///system'],
    ])
  })
})

describe('names of hosts', () => {
  it.each<[string, string[], string[]]>([
    ['the host of the URI', ['qemu+ssh://root@kvm-01/system'], ['kvm-01']],
    ['local without a host', ['qemu:///system'], ['local']],
    ['a given name, also with = in the URI', ['web=qemu:///system?socket=/x=y'], ['web']],
    ['a URI with = alone', ['qemu:///system?socket=/x=y'], ['local']],
    [
      'driver and path where needed',
      ['qemu:///system', 'qemu:///session', 'xen:///system'],
      ['local-qemu-system', 'local-qemu-session', 'local-xen'],
    ],
  ])('%s', (_what, uris, names) => {
    expect(named({ argv: connect(...uris) }).map(([name]) => name)).toEqual(names)
  })

  it('gives the same names whatever the order', () => {
    const uris = ['qemu+ssh://a/system', 'xen+ssh://a/system', 'qemu:///system']
    const forward = new Map(named({ argv: connect(...uris) }).map(([name, uri]) => [uri, name]))
    const backward = new Map(named({ argv: connect(...uris.reverse()) }).map(([name, uri]) => [uri, name]))
    expect(backward).toEqual(forward)
  })
})

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
    ['JSON that is no object', inFile('[]'), '/c.json: this must be a JSON object'],
    [
      'an unknown key',
      inFile('{"host": []}'),
      '/c.json: host: there is no such key. Keys are listen, interval, duty, hosts',
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
      'a broken libvirt.conf',
      { uid: 0, files: { '/etc/libvirt/libvirt.conf': 'uri_aliases = [ "x" ]' } },
      '/etc/libvirt/libvirt.conf: uri_aliases: this is not as',
    ],
    ['line breaks in a value', { argv: ['--listen', 'a\nb'] }, '--listen: "a b" is not HOST:PORT'],
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

  it.each([
    '0.0.0.0:8080',
    '[::]:8080',
    ':8080',
    '10.0.0.5:8080',
    'scope.example.org:8080',
    '[::ffff:127.0.0.1]:8080',
    'localhost.evil:1',
  ])('refuses %s while there is no login, with the line to use instead', (text) => {
    const line = oneLine(failure({ argv: ['--listen', text] }))
    expect(line).toMatch(/^domscope: --listen: Domscope has no login yet, so it listens on loopback only, not on .+\.$/)
    expect(line).toMatch(/Use --listen 127\.0\.0\.1:\d+ and reach it by ssh -L \d+:127\.0\.0\.1:\d+\.$/)
  })
})

describe('what is printed', () => {
  it('prints help and version before it looks at anything else', () => {
    expect(readCommand(sources({ argv: ['--help'] }))).toEqual({ kind: 'print', text: USAGE })
    expect(readCommand(sources({ argv: ['-h', '--duty', '900'] })).kind).toBe('print')
    expect(readCommand(sources({ argv: ['--version'] }))).toEqual({ kind: 'version' })
  })

  it('prints the settings in force with their sources and without secrets', () => {
    const given = { argv: [...connect('a=qemu+ssh://kvm/system?token=abc'), '--print-config', '--listen', '[::1]:9'] }
    const command = readCommand(sources(given))
    const printed = JSON.parse(command.kind === 'print' ? command.text : '')
    expect(printed).toMatchObject({
      listen: '[::1]:9',
      interval: 1000,
      duty: 10,
      hosts: [{ name: 'a', uri: 'qemu+ssh://kvm/system?token=***', labels: {}, from: '--connect' }],
      simulated: null,
      limits: { headersTimeoutMs: 10_000, requestTimeoutMs: 15_000, streams: 2000 },
    })
  })

  it('tells a check from serving', () => {
    expect(readCommand(sources({ argv: [...connect('qemu:///system'), '--check'] })).kind).toBe('check')
    expect(readCommand(sources({ argv: connect('qemu:///system') })).kind).toBe('serve')
  })

  it('shows hosts without secrets', () => {
    const [host] = config({ argv: connect('qemu+ssh://kvm/system?password=x') }).hosts
    expect(redactUri(host!.uri)).not.toContain('password=x')
  })
})
