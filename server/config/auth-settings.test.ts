import { describe, expect, it } from 'vitest'
import { config, connect, failure, type Given } from '../testing/config-sources.ts'
import { rightsOf } from './access-rules.ts'
import { oneLine } from './config-error.ts'

const inFile = (auth: unknown, argv: readonly string[] = []): Given => ({
  argv: ['--config', '/c.json', ...argv, ...connect('qemu:///system')],
  files: { '/c.json': JSON.stringify({ auth }) },
})
const VIEWERS = { others: { role: 'viewer' } }
const PROXY = { peers: ['127.0.0.1'] }

describe('[A-1] how people come in', () => {
  it('is said by flag, variable or file, in this order', () => {
    const mode = (given: Given) => config(given).auth.mode
    expect(mode({ argv: connect('qemu:///system') })).toBe('loopback')
    expect(mode(inFile('token'))).toBe('token')
    expect(mode({ ...inFile('token'), env: { DOMSCOPE_AUTH: 'loopback' } })).toBe('loopback')
    const both = inFile({ mode: 'token', htpasswd: { file: '/p' }, ...VIEWERS }, ['--auth', 'htpasswd'])
    expect(config({ ...both, env: { DOMSCOPE_AUTH: 'loopback' } }).auth).toMatchObject({
      mode: 'htpasswd',
      passwordFile: '/p',
    })
  })

  it('keeps the token where systemd says, else where programs of the user do', () => {
    const file = (env: Record<string, string> = {}) => {
      const { auth } = config({ argv: ['--auth', 'token', ...connect('qemu:///system')], env })
      return auth.mode === 'token' ? auth.tokenFile : null
    }
    expect(file({ STATE_DIRECTORY: '/var/lib/d:/other' })).toBe('/var/lib/d/admin-token')
    expect(file({ XDG_STATE_HOME: '/x' })).toBe('/x/domscope/admin-token')
    expect(file()).toBe('/home/op/.local/state/domscope/admin-token')
  })

  it('knows who may do and see what: own entry, else groups together, else the others', () => {
    const { auth } = config(
      inFile({
        mode: 'proxy',
        proxy: PROXY,
        users: { ada: { role: 'admin' } },
        groups: {
          ops: { role: 'operator', scope: [{ hosts: ['kvm-*'] }] },
          billing: { role: 'viewer', scope: [{ projects: ['billing'], labels: ['site=north'] }] },
          all: { role: 'viewer' },
        },
      }),
    )
    if (auth.mode !== 'proxy') throw new Error('another mode')
    const rights = (user: string, ...groups: string[]) => rightsOf(auth.access, user, groups)
    expect(rights('ada', 'billing')).toEqual({ role: 'admin', scope: null })
    expect(rights('bob')).toBeNull()
    expect(rights('bob', 'unknown')).toBeNull()
    const billing = { hosts: [], labels: ['site=north'], projects: ['billing'], names: [] }
    expect(rights('bob', 'billing')).toEqual({ role: 'viewer', scope: [billing] })
    const both = rights('bob', 'billing', 'ops')
    expect(both).toMatchObject({ role: 'operator', scope: [billing, { hosts: ['kvm-*'] }] })
    expect(rights('bob', 'ops', 'all')).toEqual({ role: 'operator', scope: null })
    expect(rights('__proto__')).toBeNull()
    expect(rights('bob', 'constructor')).toBeNull()
  })

  it.each<[string, Given, string]>([
    ['a mode nobody knows', { argv: ['--auth', 'ldap'] }, '--auth: "ldap" is no way to log in. Write loopback, token'],
    ['one in a variable', { argv: [], env: { DOMSCOPE_AUTH: 'x' } }, 'DOMSCOPE_AUTH: "x" is no way to log in'],
    ['one in the file', inFile({ mode: 5 }), '/c.json: auth.mode: 5 is no way to log in'],
    ['an unknown key', inFile({ mod: 'token' }), '/c.json: auth.mod: there is no such key'],
    ['a login and none', { argv: ['--auth', 'token', '--insecure-no-auth'] }, '--insecure-no-auth: there is a login'],
    ['a path without a slash', inFile({ mode: 'token', token: { file: 'x' } }), 'auth.token.file: "x" is no path'],
    ['accounts without rights', inFile('htpasswd'), '/c.json: auth: nobody may see anything. Add "others"'],
    ['no config file', { argv: ['--auth', 'htpasswd'] }, 'auth in the config file (--config FILE): nobody may see'],
    ['[A-5] a proxy without peers', inFile({ mode: 'proxy', ...VIEWERS }), 'auth: nobody says which proxy to believe'],
    [
      '[A-5] no peer',
      inFile({ mode: 'proxy', proxy: { peers: [] }, ...VIEWERS }),
      'auth.proxy.peers: this must be a list',
    ],
    ['a name as peer', inFile({ proxy: { peers: ['nginx'] } }), 'auth.proxy.peers[0]: "nginx" is no address'],
    ['a network too long', inFile({ proxy: { peers: ['10.0.0.0/33'] } }), 'auth.proxy.peers[0]: "10.0.0.0/33" is no'],
    [
      'a header with a meaning',
      inFile({ proxy: { ...PROXY, userHeader: 'Cookie' } }),
      'userHeader: "Cookie" is no header',
    ],
    ['no role', inFile({ mode: 'htpasswd', users: { ada: {} } }), 'auth.users.ada.role: a role is missing'],
    ['another role', inFile({ mode: 'htpasswd', others: { role: 'root' } }), 'auth.others.role: "root" is no role'],
    [
      'a scope of nothing',
      inFile({ mode: 'htpasswd', others: { role: 'viewer', scope: [] } }),
      'auth.others.scope: this must be a list of 1 to 32 rules',
    ],
    [
      'a rule of everything',
      inFile({ mode: 'htpasswd', others: { role: 'viewer', scope: [{}] } }),
      'auth.others.scope[0]: a rule without patterns is the whole fleet',
    ],
    [
      'a label without a value',
      inFile({ mode: 'htpasswd', others: { role: 'viewer', scope: [{ labels: ['site'] }] } }),
      'auth.others.scope[0].labels[0]: "site" is not KEY=PATTERN',
    ],
  ])('is refused for %s', (_what, given, expected) => {
    expect(oneLine(failure(given))).toContain(expected)
  })
})
