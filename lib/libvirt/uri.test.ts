import { describe, expect, test } from 'vitest'
import { DomscopeError } from '../errors/domscope-error.ts'
import { parseLibvirtUri, transportError } from './uri.ts'
import { deriveHostName, deriveHostNames, nameForHelper, nameForOpen, redactUri } from './uri-names.ts'

function failure(text: string): DomscopeError {
  try {
    parseLibvirtUri(text)
  } catch (error) {
    if (error instanceof DomscopeError) return error
    throw error
  }
  throw new Error(`${text} was accepted`)
}

describe('parseLibvirtUri', () => {
  test.each([
    ['qemu:///system', 'qemu', 'unix', null, null, null, '/system'],
    ['qemu+unix:///session', 'qemu', 'unix', null, null, null, '/session'],
    ['test:///default', 'test', 'unix', null, null, null, '/default'],
    ['qemu+ssh://root@kvm-01.example.org:2222/system', 'qemu', 'ssh', 'root', 'kvm-01.example.org', 2222, '/system'],
    ['QEMU+SSH://kvm/system', 'qemu', 'ssh', null, 'kvm', null, '/system'],
    ['qemu+ssh://[fe80::1%eth0]/system', 'qemu', 'ssh', null, 'fe80::1%eth0', null, '/system'],
    ['qemu+tls://[2001:db8::7]:16514/system', 'qemu', 'tls', null, '2001:db8::7', 16_514, '/system'],
    ['qemu://kvm/system', 'qemu', 'tls', null, 'kvm', null, '/system'],
    ['xen+libssh2://kvm', 'xen', 'libssh2', null, 'kvm', null, ''],
    ['qemu+tcp:///system', 'qemu', 'tcp', null, null, null, '/system'],
    ['qemu+ssh://a%40b@kvm/system', 'qemu', 'ssh', 'a@b', 'kvm', null, '/system'],
  ])('takes %s apart', (text, driver, transport, user, host, port, path) => {
    expect(parseLibvirtUri(text)).toMatchObject({ text, driver, transport, user, host, port, path })
  })

  test('reads parameters without regard to case and keeps unknown ones for the daemon', () => {
    const uri = parseLibvirtUri(
      'qemu+ssh://kvm/system?KeyFile=/k%20ey&no_tty=1&netcat=/bin/nc&socket=/run/s&x=a+b%2F&auth=sasl.PLAIN;no_verify=0;proxy=netcat',
    )
    expect(uri.params).toMatchObject({
      keyfile: '/k ey',
      noTty: true,
      noVerify: false,
      proxy: 'netcat',
      netcat: '/bin/nc',
      socket: '/run/s',
      auth: 'sasl.PLAIN',
      passed: ['x=a+b%2F'],
    })
  })

  test.each([
    ['', 0],
    ['system', 0],
    ['qemu:/system', 0],
    ['://x', 0],
    ['qe mu:///system', 2],
    ['qemu:///sys\ntem', 11],
    ['qemu+carrier://kvm/system', 5],
    ['qemu+unix://kvm/system', 12],
    ['qemu+ssh:///system', 11],
    ['qemu+ssh://-oProxyCommand=x/system', 11],
    ['qemu+ssh://-l@kvm/system', 11],
    ['qemu+ssh://kvm:99999/system', 15],
    ['qemu+ssh://kvm:22x/system', 15],
    ['qemu+ssh://fe80::1/system', 11],
    ['qemu+ssh://[gg]/system', 11],
    ['qemu+ssh://root:hunter2@kvm/system', 15],
    ['qemu+ssh://ro%zzot@kvm/system', 13],
    ['qemu:///system?mode=fast', 15],
    ['qemu:///system?a=b&socket=', 19],
    ['qemu+ssh://kvm/system?proxy=native&netcat=nc', 22],
    ['qemu:///system#part', 14],
    ['qemu+ssh://@kvm/system', 11],
  ])('refuses %j and points at character %d', (text, position) => {
    const error = failure(text)
    expect(error.code).toBe('BAD_URI')
    expect(error.detail.position).toBe(position)
  })

  test('never repeats a password, neither in the message nor in the detail', () => {
    const error = failure('qemu+ssh://root:hunter2@kvm/system')
    expect(JSON.stringify([error.message, error.detail])).not.toContain('hunter2')
  })

  test('names the transport that is not supported yet', () => {
    for (const transport of ['tls', 'tcp', 'libssh', 'libssh2', 'ext']) {
      const error = transportError(parseLibvirtUri(`qemu+${transport}://kvm/system`))
      expect(error?.code).toBe('TRANSPORT_UNSUPPORTED')
      expect(error?.message).toContain(`transport ${transport} `)
    }
    expect(transportError(parseLibvirtUri('qemu+ssh://kvm/system'))).toBeNull()
  })
})

describe('names', () => {
  test.each([
    ['qemu+ssh://root@h:22/system?keyfile=/k', 'qemu:///system'],
    ['qemu:///system?socket=/run/x&mode=direct', 'qemu:///system'],
    ['test+unix:///path/node.xml?socket=/s', 'test:///path/node.xml'],
    ['remote+ssh://h/', ''],
    ['qemu+ssh://h/system?name=qemu:///embed', 'qemu:///embed'],
    ['esx+ssh://h/?no_tty=1&vcenter=vc%20a', 'esx:///?vcenter=vc%20a'],
  ])('sends for %s the name %j', (text, name) => {
    expect(nameForOpen(parseLibvirtUri(text))).toBe(name)
  })

  test('keeps for virt-ssh-helper what chooses the socket', () => {
    const uri = parseLibvirtUri('qemu+ssh://h/system?mode=legacy&socket=/run/a%20b&keyfile=/k')
    expect(nameForHelper(uri)).toBe('qemu:///system?mode=legacy&socket=/run/a%20b')
  })

  test('masks passwords and invented secrets', () => {
    const uri = parseLibvirtUri('qemu+ssh://h/system?password=hunter2&token=abc&keyfile=/k')
    expect(redactUri(uri)).toBe('qemu+ssh://h/system?password=***&token=***&keyfile=/k')
  })

  test('derives the name from the host, and appends only what tells connections apart', () => {
    const uris = [
      'qemu:///system',
      'qemu:///session',
      'qemu+ssh://kvm/system',
      'xen+ssh://kvm2/system',
      'qemu+ssh://kvm2/system',
    ]
    expect(deriveHostName(parseLibvirtUri('qemu:///system'))).toBe('local')
    expect(deriveHostNames(uris.map(parseLibvirtUri))).toEqual([
      'local-system',
      'local-session',
      'kvm',
      'kvm2-xen',
      'kvm2-qemu',
    ])
  })

  test('does not depend on the order, and tells sockets apart', () => {
    const uris = ['qemu:///system?socket=/a/one.sock', 'qemu:///system?socket=/a/two.sock', 'qemu:///session'].map(
      parseLibvirtUri,
    )
    const names = deriveHostNames(uris)
    expect(new Set(names).size).toBe(3)
    expect(deriveHostNames([...uris].reverse()).reverse()).toEqual(names)
  })
})
