import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import { parseLibvirtUri } from '../../../lib/libvirt/uri.ts'
import { systemClock } from '../../clock.ts'
import { silentLog } from '../../log.ts'
import { FakeDaemon } from '../../testing/fake-daemon.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { openSession } from '../open-session.ts'
import { dialSsh } from './ssh.ts'
import { remoteScript, sshCommand } from './ssh-command.ts'
import { sshError } from './ssh-errors.ts'

const CHOICES = { connectTimeoutMs: 3000, alone: false }

let folder = ''
let daemon: FakeDaemon
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'domscope-ssh-'))
  daemon = await new FakeDaemon().start()
})
afterAll(async () => {
  await daemon.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Writes a program into the scratch folder and returns its path. */
function program(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  chmodSync(path, 0o755)
  return path
}

/** An ssh that notes its arguments and runs the remote command as the login shell of the far user would. */
function fakeSsh(path = process.env.PATH ?? ''): string {
  return program(
    'ssh',
    `#!/bin/sh
printf '%s\\n' "$@" > ${join(folder, 'argv')}
for last; do :; done
PATH='${path}'; export PATH
exec sh -c "$last"
`,
  )
}

/** A netcat in Node, so that the test does not depend on which kind is installed. */
function fakeNetcat(name = 'nc'): string {
  return program(
    name,
    `#!${process.execPath}
const at = process.argv.indexOf('-U')
if (at < 0) process.exit(1)
const socket = require('net').connect(process.argv[at + 1])
process.stdin.pipe(socket)
socket.pipe(process.stdout)
socket.on('error', (error) => { console.error('nc: unix connect failed: ' + error.message); process.exit(1) })
socket.on('close', () => process.exit(0))
`,
  )
}

async function open(uri: string) {
  return await openSession(parseLibvirtUri(uri), { clock: systemClock, log: silentLog })
}

async function failure(uri: string): Promise<DomscopeError> {
  try {
    await (await open(uri)).close()
  } catch (error) {
    if (error instanceof DomscopeError) return error
    throw error
  }
  throw new Error('opened')
}

describe('sshCommand', () => {
  test('hands user, port, key and host to ssh, and never lets it ask', () => {
    const { program: ssh, args } = sshCommand(
      parseLibvirtUri('qemu+ssh://jo@[fe80::1%eth0]:2222/system?keyfile=/k%20ey'),
      CHOICES,
    )
    expect(ssh).toBe('ssh')
    expect(args.slice(0, 11)).toEqual(['-p', '2222', '-l', 'jo', '-i', '/k ey', '-T', '-a', '-x', '-e', 'none'])
    expect(args.slice(-3, -1)).toEqual(['--', 'fe80::1%eth0'])
    expect(args).toEqual(expect.arrayContaining(['BatchMode=yes', 'ConnectTimeout=3']))
  })

  test('checks host keys unless told not to', () => {
    const args = (uri: string) => sshCommand(parseLibvirtUri(uri), CHOICES).args
    expect(args('qemu+ssh://h/system').join(' ')).not.toContain('StrictHostKeyChecking')
    expect(args('qemu+ssh://h/system?no_verify=1')).toContain('StrictHostKeyChecking=no')
  })

  test('prefers the helper, then netcat to the read-only sockets', () => {
    const script = remoteScript(parseLibvirtUri('qemu+ssh://h/system'))
    expect(script).toMatch(
      /virt-ssh-helper -r 'qemu:\/\/\/system'.*virtqemud-sock-ro' '\/var\/run\/libvirt\/libvirt-sock-ro'/,
    )
  })

  test.each([
    ['qemu+ssh://h/system?proxy=native', true, false],
    ['qemu+ssh://h/system?proxy=netcat', false, true],
    ['qemu+ssh://h/system?netcat=/usr/bin/ncat', false, true],
    ['qemu+ssh://h/system?socket=/run/x', false, true],
    ['qemu+ssh://h/system?socket=/run/x&proxy=auto', true, true],
    ['qemu+ssh://h/session', true, true],
  ])('%s: helper %s, netcat %s', (uri, helper, netcat) => {
    const script = remoteScript(parseLibvirtUri(uri))
    expect([script.includes('virt-ssh-helper -r'), script.includes('-U "$S"')]).toEqual([helper, netcat])
  })

  test.each([
    "a'b",
    'a"b',
    'a b',
    '$(touch pwned)',
    '`touch pwned`',
    'a;touch pwned',
    'a\\b',
    "'; touch pwned; '",
    '*',
  ])('a socket path %j reaches netcat as one word through two shells, and nothing runs', (name) => {
    const bin = join(folder, 'words')
    mkdirSync(bin, { recursive: true })
    const netcat = join(bin, "n'c")
    writeFileSync(netcat, `#!/bin/sh\nprintf '%s\\n' "$@" > ${join(folder, 'words-argv')}\n`)
    chmodSync(netcat, 0o755)
    const socket = join(folder, name)
    const uri = parseLibvirtUri(
      `qemu+ssh://h/system?socket=${encodeURIComponent(socket)}&netcat=${encodeURIComponent(netcat)}`,
    )
    const command = (sshCommand(uri, CHOICES).args.at(-1) ?? '').replace('test -S', 'true')
    execFileSync('sh', ['-c', command], { cwd: bin })
    expect(readFileSync(join(folder, 'words-argv'), 'utf8').trim().split('\n')).toEqual(['-U', socket])
    expect(() => readFileSync(join(bin, 'pwned'))).toThrow()
  })
})

describe('a session through ssh', () => {
  test('works over netcat, with the words of the URI', async () => {
    const uri = `qemu+ssh://jo@far:2200/system?command=${fakeSsh()}&netcat=${fakeNetcat()}&socket=${daemon.socket}`
    const session = await open(uri)
    expect(session.facts.hostname).toBe('fake-host')
    await session.close()
    expect(readFileSync(join(folder, 'argv'), 'utf8')).toMatch(/^-p\n2200\n-l\njo\n[\s\S]*--\nfar\n/)
  })

  test('works over the helper, read-only and never starting a daemon', async () => {
    const bin = join(folder, 'bin')
    mkdirSync(bin, { recursive: true })
    const netcat = fakeNetcat('plain-nc')
    const helper = join(bin, 'virt-ssh-helper')
    writeFileSync(
      helper,
      `#!/bin/sh\necho "$LIBVIRT_AUTOSTART $@" > ${join(folder, 'helper-argv')}\nexec ${netcat} -U ${daemon.socket}\n`,
    )
    chmodSync(helper, 0o755)
    const session = await open(`qemu+ssh://far/session?command=${fakeSsh(`${bin}:${process.env.PATH}`)}`)
    await session.close()
    expect(readFileSync(join(folder, 'helper-argv'), 'utf8').trim()).toBe('0 -r qemu:///session')
  })

  test.each([
    ['SSH_HELPER_MISSING', 'proxy=native'],
    ['SSH_NETCAT_MISSING', 'netcat=/nonexistent/nc'],
    ['SOCKET_MISSING', 'socket=/nonexistent/sock&proxy=netcat'],
  ])('%s is told by the far script itself', async (code, parameters) => {
    const tools = join(folder, 'tools')
    mkdirSync(tools, { recursive: true })
    for (const tool of ['sh', 'grep', 'id'])
      writeFileSync(join(tools, tool), `#!/bin/sh\nexec /bin/${tool} "$@"\n`, { mode: 0o755 })
    writeFileSync(join(tools, 'nc'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    expect((await failure(`qemu+ssh://far/system?command=${fakeSsh(tools)}&${parameters}`)).code).toBe(code)
  })

  test('SSH_MISSING: no ssh here', async () => {
    expect((await failure('qemu+ssh://far/system?command=/nonexistent/ssh')).code).toBe('SSH_MISSING')
  })

  test('one that gave no answer is tried again apart from connections that other ssh share, then as before', async () => {
    const silent = program(
      'silent-ssh',
      `#!/bin/sh\ncase "$*" in *ControlPath=none*) echo alone;; *) echo shared;; esac >> ${join(folder, 'ways')}\nexec cat >/dev/null\n`,
    )
    const uri = parseLibvirtUri(`qemu+ssh://far/system?command=${silent}`)
    const clock = new ManualClock()
    for (let i = 0; i < 3; i++) {
      const transport = await dialSsh(uri, { clock, connectTimeoutMs: 100, runtimeDir: null })
      await expect.poll(() => readFileSync(join(folder, 'ways'), 'utf8').split('\n')).toHaveLength(i + 2)
      transport.destroy()
    }
    expect(readFileSync(join(folder, 'ways'), 'utf8')).toBe('shared\nalone\nshared\n')
  })

  test('a netcat that reaches a dead socket is told apart', async () => {
    const netcat = program(
      'dead-nc',
      '#!/bin/sh\ncase "$*" in *-U*) echo "nc: unix connect failed: Connection refused" >&2; exit 1;; esac\n',
    )
    const uri = `qemu+ssh://far/system?command=${fakeSsh()}&netcat=${netcat}&socket=${daemon.socket}`
    expect((await failure(uri)).code).toBe('DAEMON_NOT_RUNNING')
  })
})

describe('what ssh says becomes an error with a remedy', () => {
  const uri = parseLibvirtUri('qemu+ssh://jo@kvm-01:2222/system?keyfile=/k')
  test.each([
    ['SSH_HOST_KEY_UNKNOWN', 'Host key verification failed.', /ssh -p 2222 -i '\/k' jo@kvm-01 true/],
    [
      'SSH_HOST_KEY_CHANGED',
      '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.',
      /ssh-keygen -R '\[kvm-01\]:2222'/,
    ],
    ['SSH_PERMISSION_DENIED', 'jo@kvm-01: Permission denied (publickey,password).', /without one/],
    ['SSH_HOST_NOT_FOUND', 'ssh: Could not resolve hostname kvm-01: Name or service not known', /name/],
    ['SSH_REFUSED', 'ssh: connect to host kvm-01 port 2222: Connection refused', /sshd/],
    ['CONNECT_TIMEOUT', 'ssh: connect to host kvm-01 port 2222: Connection timed out', /firewall/],
    ['SSH_UNREACHABLE', 'ssh: connect to host kvm-01 port 2222: No route to host', /network/],
    [
      'SOCKET_FORBIDDEN',
      "virt-ssh-helper: cannot connect to '/var/run/libvirt/libvirt-sock-ro': Permission denied",
      /unix_sock_ro_perms/,
    ],
    ['SSH_CONFIG', '/home/op/.ssh/config: line 2: Bad configuration option: proxyjmp', /ssh -p 2222/],
    [
      'SSH_ACCOUNT_EXPIRED',
      'WARNING: Your password has expired.\nPassword change required but no TTY available.',
      /Renew/,
    ],
    ['SSH_ACCOUNT_CLOSED', 'This service allows sftp connections only.', /login shell/],
    ['SSH_ACCOUNT_CLOSED', 'command not allowed by forced command', /login shell/],
    ['SSH_ACCOUNT_CLOSED', 'Please login as the user "ubuntu" rather than the user "root".', /another user/],
    ['SSH_ACCOUNT_CLOSED', 'Shell access disabled', /login shell/],
    ['SSH_ACCOUNT_CLOSED', '-rbash: exec: restricted', /login shell/],
    ['SSH_ACCOUNT_CLOSED', 'User jo not allowed because shell /bin/zsh does not exist', /login shell/],
    ['SSH_FAILED', 'something new\u0007 and\nstrange', /ssh -p 2222/],
  ])('%s', (code, stderr, remedy) => {
    const error = sshError(uri, { exitCode: 255, stderr })
    expect([error?.code, error?.radius]).toEqual([code, 'connection'])
    expect(error?.remedy).toMatch(remedy)
    expect(error?.remedy).not.toMatch(/sudo|\broot\b|group libvirt/)
    expect(String(error?.detail.stderr)).not.toMatch(/\p{Cc}/u)
  })

  test('an end in good order is no error', () => {
    expect(sshError(uri, { exitCode: 0, stderr: '' })).toBeNull()
  })
})
