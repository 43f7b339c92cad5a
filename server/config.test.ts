import { describe, expect, it } from 'vitest'
import { redactUri } from '../lib/libvirt/uri-names.ts'
import { USAGE } from './config/usage.ts'
import { readCommand } from './config.ts'
import { config, connect, failure, type Given, named, SYSTEM, sources } from './testing/config-sources.ts'

describe('rank of settings', () => {
  const file = JSON.stringify({ listen: '127.0.0.1:3', interval: 3000, duty: 3, hosts: ['qemu:///system'] })
  const files = { '/etc/scope.json': file }
  const env = { DOMSCOPE_CONFIG: '/etc/scope.json' }

  it('takes defaults where nothing is said', () => {
    expect(config({ argv: connect('qemu:///system') })).toMatchObject({
      listen: { host: '127.0.0.1', port: 8080 },
      intervalMs: 1000,
      dutyPercent: 10,
      historyMiB: null,
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

  it('takes the memory for history from the same places in the same order', () => {
    const withFile = { '/c.json': '{"historyMemory": 64, "hosts": ["qemu:///system"]}' }
    const variables = { DOMSCOPE_CONFIG: '/c.json', DOMSCOPE_HISTORY_MEMORY: '128' }
    const inMiB = (given: Given) => config({ ...given, files: withFile }).historyMiB
    expect(inMiB({ argv: ['--history-memory', '256'], env: variables })).toBe(256)
    expect(inMiB({ env: variables })).toBe(128)
    expect(inMiB({ env: { DOMSCOPE_CONFIG: '/c.json' } })).toBe(64)
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
      historyMemory: null,
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
