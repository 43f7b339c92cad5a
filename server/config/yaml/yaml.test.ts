import { describe, expect, it } from 'vitest'
import { config, failure, type Given, named } from '../../testing/config-sources.ts'
import { oneLine } from '../config-error.ts'

const inFile = (text: string | Uint8Array, path = '/c.yaml'): Given => ({
  argv: ['--config', path],
  files: { [path]: text },
})
const line = (given: Given) => oneLine(failure(given))
const HOSTS = 'hosts: [qemu:///system]\n'

describe('[CN7] the config file is YAML or JSON', () => {
  it('reads what a person writes: comments, lists, quotes, blocks', () => {
    const text = `# our estate
listen: 127.0.0.1:9000
interval: 500
hosts:
  - qemu+ssh://kvm-01/system   # the old one
  - name: kvm-02
    uri: 'qemu+ssh://ops@10.0.0.2/system'
    labels: {rack: "3", site: north}
allowedHosts:
  - domscope.example.org
limits:
  streams: 500
`
    const read = config(inFile(text))
    expect(read.listen).toEqual({ host: '127.0.0.1', port: 9000 })
    expect(read.intervalMs).toBe(500)
    expect(read.hosts.map(({ name, labels }) => [name, labels])).toEqual([
      ['kvm-01', {}],
      ['kvm-02', { rack: '3', site: 'north' }],
    ])
    expect(read.allowedHosts).toEqual(['domscope.example.org'])
    expect(read.limits.streams).toBe(500)
  })

  it.each([
    ['/c.yml', HOSTS],
    ['/etc/domscope', HOSTS],
    ['/etc/domscope', '\ufeffhosts: [qemu:///system]\r\n'],
    ['/etc/domscope', ' \n{"hosts": ["qemu:///system"]}'],
    ['/c.yaml', '{"hosts": ["qemu:///system"]}'],
    ['/c.yaml', `---\n${HOSTS}`],
  ])('knows which by name or first sign: %s, %j', (path, text) => {
    expect(named(inFile(text, path))).toEqual([['local', 'qemu:///system']])
  })

  it('takes a file of comments for an empty one', () => {
    const given = inFile('# listen: 0.0.0.0:80\n')
    expect(config({ ...given, env: { DOMSCOPE_CONNECT: 'qemu:///system' } }).listen.port).toBe(8080)
  })

  it('keeps ids text, quoted or not, where YAML would make another number of them', () => {
    const labels = 'a: "0123"\n      b: 12345e67\n      c: 1e9999\n      d: 0x1F\n      e: 52:54:00\n      f: 010'
    const more = 'g: 9007199254740993\n      h: no\n      i: 2026-12-01'
    const text = `hosts:\n  - uri: qemu:///system\n    labels:\n      ${labels}\n      ${more}\n`
    expect(config(inFile(text)).hosts[0]!.labels).toEqual({
      ...{ a: '0123', b: '12345e67', c: '1e9999', d: '0x1F', e: '52:54:00', f: '010' },
      ...{ g: '9007199254740993', h: 'no', i: '2026-12-01' },
    })
  })

  it('lets an alias stand for a whole value', () => {
    const text = `hosts:\n  - {uri: qemu+ssh://a/system, labels: &north {site: north}}\n  - {uri: qemu+ssh://b/system, labels: *north}\n`
    expect(config(inFile(text)).hosts.map(({ labels }) => labels)).toEqual([{ site: 'north' }, { site: 'north' }])
  })
})

describe('[CN7] what is wrong in YAML is told with its line', () => {
  it.each([
    ['a tab', 'hosts:\n\t- qemu:///system\n', '/c.yaml:2:1: a tab indents this line. Indent with blanks.'],
    ['a key twice', 'duty: 5\ninterval: 1000\nduty: 6\n', '/c.yaml:3:1: this key stands twice. Keep one of the two.'],
    ['a key twice, in quotes once', 'limits:\n  streams: 5\n  "streams": 6\n', '/c.yaml:3:3: this key stands twice'],
    ['two documents', 'duty: 5\n---\nduty: 6\n', '/c.yaml:2:1: a second document begins'],
    ['what is no YAML', 'listen: "127.0.0.1:80\nduty: 5\n', '/c.yaml:'],
    ['another version of YAML', '%YAML 1.1\n---\nduty: 5\n', '/c.yaml: %YAML: only YAML 1.2 is read'],
    ['a tag', 'duty: 5\nlisten: !!binary aGk=\n', '/c.yaml:2:'],
    ['a merge', 'limits: &a {streams: 5}\nauth:\n  <<: *a\n', '/c.yaml:3:3: maps are not merged with <<'],
    ['a map for a key', '? {a: 1}\n: 2\n', '/c.yaml:1:3: a key is one word'],
    ['an alias of nothing', 'duty: *a\n', '/c.yaml:1:'],
    ['an alias within its own value', 'limits: &a\n  streams: *a\n', '/c.yaml:2:12: there is no finished value &a'],
    ['a text for all', 'listen\n', '/c.yaml: this must be an object'],
    ['a list for all', '- qemu:///system\n', '/c.yaml: this must be an object'],
    ['an unknown key', 'duty: 5\nhost: []\n', '/c.yaml:2: host: there is no such key'],
    ['one further in', 'limits:\n  streems: 5\n', '/c.yaml:2: limits: streems: there is no such key'],
    ['a host', 'hosts:\n  - qemu:///system\n  - uri: nonsense:x\n', '/c.yaml:3: hosts[1]: "nonsense:x" is not'],
    ['a host without its URI', 'hosts:\n  - name: a\n', '/c.yaml:2: hosts[0].uri: a host needs a URI'],
    ['a number for a name', `${HOSTS}allowedHosts:\n  - 5\n`, '/c.yaml:3: allowedHosts[0]: 5 is not a host name'],
    ['a setting that flags have too', '\n\ninterval: often\n', '/c.yaml:3: interval: "often" is not a whole number'],
    ['an empty place', 'hosts:\nduty: 5\n', '/c.yaml:1: hosts: this must be a list'],
    [
      'a rule',
      'auth:\n  mode: htpasswd\n  others:\n    role: vewer\n',
      '/c.yaml:4: auth.others.role: "vewer" is no role',
    ],
    ['a reach', 'duty: 5\nlisten: 0.0.0.0:80\n', '/c.yaml:2: listen: without a login'],
    ['what nobody sees', 'duty: 5\n\u200bhosts: []\n', '/c.yaml:2: ‹200B›hosts: there is no such key'],
  ])('%s', (_what, text, start) => {
    const told = line(inFile(text))
    expect(told).toContain(start)
    expect(told).toMatch(/^domscope: [^\n\r]+[.?]$/)
  })

  it('also in JSON of several lines, tabs or not, and a key that stands twice', () => {
    const json = (text: string) => line(inFile(text, '/c.json'))
    expect(json('{\n\t"duty": 5,\n\t"interval": "often"\n}')).toContain('/c.json:3: interval: "often" is not')
    expect(json('{\n "hosts": [\n  {"uri": "x:y"}\n]}')).toContain('/c.json:3: hosts[0]: ')
    expect(json('{"duty": 5, "duty": 6}')).toContain('/c.json:1:13: this key stands twice')
  })

  it.each([
    ['interva: 5', 'Did you mean interval?'],
    ['lisetn: x', 'Did you mean listen?'],
    ['allowed_hosts: []', 'Did you mean allowedHosts?'],
    ['trustedProxy: []', 'Did you mean trustedProxies?'],
    ['limits: {streamperaddress: 5}', 'Did you mean streamsPerAddress?'],
    ['auth: {mod: token}', 'Did you mean mode?'],
    ['links: [{lable: x}]', 'Did you mean label?'],
  ])('names the key that was meant: %s', (text, hint) => {
    expect(line(inFile(text))).toContain(hint)
  })

  it('offers no key for a word that is like none', () => {
    expect(line(inFile('colour: red'))).not.toContain('Did you mean')
  })

  it('bounds what aliases stand for, and how deep values lie', () => {
    const row = (name: string, of: string) => `  - &${name} [${Array(10).fill(of).join(', ')}]\n`
    const grown = `hosts:\n${row('a', 'x')}${row('b', '*a')}${row('c', '*b')}${row('d', '*c')}${row('e', '*d')}`
    expect(line(inFile(grown))).toMatch(/\/c\.yaml:\d+:\d+: aliases stand for more than 10000 values/)
    const deep = `hosts: ${'['.repeat(40)}${']'.repeat(40)}`
    expect(line(inFile(deep))).toContain('this is nested deeper than 32 levels')
  })
})
