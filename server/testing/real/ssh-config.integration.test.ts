import { createServer } from 'node:net'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import { parseLibvirtUri } from '../../../lib/libvirt/uri.ts'
import { systemClock } from '../../clock.ts'
import { openSession } from '../../libvirt/open-session.ts'
import { silentLog } from '../../log.ts'
import { runTool } from '../subprocess.ts'
import { type RealLibvirtd, startRealLibvirtd } from './real-libvirtd.ts'
import { type RealSshd, startRealSshd } from './real-sshd.ts'

let daemon: RealLibvirtd
let sshd: RealSshd
beforeAll(async () => {
  daemon = await startRealLibvirtd()
  sshd = await startRealSshd(daemon.namespace)
})
afterAll(async () => {
  await sshd?.stop()
  await daemon?.stop()
})
afterEach(() => {
  sshd.configure('')
  sshd.force(null)
})

const uriOf = (host: string) => parseLibvirtUri(`qemu+ssh://${host}/system?command=${path.join(sshd.binFolder, 'ssh')}`)

/** The far daemon's driver, by way of the machine's own ssh. */
async function driverThere(uri = uriOf(sshd.host)): Promise<string> {
  const session = await openSession(uri, { clock: systemClock, log: silentLog })
  await session.listDomains(3)
  await session.close()
  return session.facts.type
}

describe('[CN1] nothing in ssh_config that is meant for a terminal or for forwards touches the tunnel', () => {
  test.each([
    ['another command', 'RemoteCommand bash -l'],
    ['a local command that prints', 'PermitLocalCommand yes\nLocalCommand echo hello'],
    ['a terminal', 'RequestTTY force'],
    ['a command in a terminal', 'RemoteCommand tmux attach\nRequestTTY yes'],
    ['no session', 'SessionType none'],
    ['a subsystem', 'SessionType subsystem'],
    ['the background', 'ForkAfterAuthentication yes'],
    ['no input', 'StdinNull yes'],
    ['no command in the background', 'SessionType none\nForkAfterAuthentication yes\nStdinNull yes'],
    ['an escape character', 'EscapeChar ~'],
    ['a tunnel device', 'Tunnel ethernet\nExitOnForwardFailure yes'],
    ['X11', 'ForwardX11 yes\nForwardX11Trusted yes\nExitOnForwardFailure yes'],
    ['an agent that is not there', 'ForwardAgent /nonexistent/agent\nIdentityAgent /nonexistent/agent'],
    ['pictures of keys', 'VisualHostKey yes\nLogLevel VERBOSE'],
    ['floods of words', 'LogLevel DEBUG3\nLogVerbose *:*:*'],
    ['silence', 'LogLevel QUIET'],
    ['variables', 'SendEnv *\nSetEnv LC_ALL=de_DE.UTF-8 TERM=xterm'],
    ['compression and keepalives', 'Compression yes\nServerAliveInterval 1\nIPQoS throughput'],
    ['keys for the agent', 'AddKeysToAgent ask'],
    ['options that only other programs know', 'IgnoreUnknown UseKeychain\nUseKeychain yes'],
  ])('%s', async (_what, lines) => {
    sshd.configure(lines)
    expect(await driverThere()).toBe('QEMU')
  })

  test('words that were turned off still tell why ssh ended', async () => {
    sshd.configure('LogLevel QUIET')
    await expect(driverThere(uriOf(sshd.refusedHost))).rejects.toMatchObject({ code: 'SSH_PERMISSION_DENIED' })
  })

  test('ports that are taken', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    const forwards = `LocalForward ${port} localhost:1\nDynamicForward ${port}\nRemoteForward ${port} localhost:1`
    sshd.configure(`${forwards}\nExitOnForwardFailure yes`)
    try {
      expect(await driverThere()).toBe('QEMU')
    } finally {
      await new Promise((resolve) => taken.close(resolve))
    }
  })

  test('a connection to share is not left behind, and one that is there is used', async () => {
    const socket = path.join(sshd.binFolder, 'master')
    sshd.configure(`ControlMaster auto\nControlPath ${socket}\nControlPersist yes`)
    const master = (word: string) => runTool('ssh', ['-O', word, sshd.host], sshd.env)
    expect(await driverThere()).toBe('QEMU')
    await expect(master('check')).rejects.toThrow(/Control socket|No such file/)
    await runTool('ssh', ['-M', '-N', '-f', sshd.host], sshd.env)
    try {
      sshd.force('echo a new connection came')
      expect(await driverThere()).toBe('QEMU')
    } finally {
      await master('exit')
    }
  })
})

const GO_ON = 'exec sh -c "$SSH_ORIGINAL_COMMAND"'

describe('[CN2] what the far side prints into the tunnel is quoted', () => {
  test.each([
    ['a login file', `echo "Hello, operator"; ${GO_ON}`, 'SSH_OUTPUT', '"Hello, operator"'],
    [
      'a banner in pieces',
      `echo; echo ====; sleep 0.05; echo; printf Wel; sleep 0.05; echo come; ${GO_ON}`,
      'SSH_OUTPUT',
      '"Welcome"',
    ],
    ['colours', `printf "\\033[1;31mCAUTION\\033[0m\\n"; ${GO_ON}`, 'SSH_OUTPUT', '"CAUTION"'],
    ['less than a length', `printf ok; exit 3`, 'SSH_OUTPUT', '"ok"'],
    ['a prompt that waits', `printf "switch> "; exec cat >/dev/null`, 'SSH_OUTPUT', '"switch>"'],
    ['no shell', '/usr/sbin/nologin', 'SSH_ACCOUNT_CLOSED', '"This account is currently not available."'],
    ['a forced command', 'echo "backup-agent 1.2 ready"', 'SSH_OUTPUT', '"backup-agent 1.2 ready"'],
    [
      'only files',
      'echo "This service allows sftp connections only." >&2; exit 1',
      'SSH_ACCOUNT_CLOSED',
      'sftp connections only',
    ],
    [
      'an old password',
      'echo "Your password has expired." >&2; exit 1',
      'SSH_ACCOUNT_EXPIRED',
      'Your password has expired.',
    ],
  ])('%s', async (_what, command, code, quotation) => {
    sshd.force(command)
    const error = await driverThere().then(
      () => null,
      (reason: DomscopeError) => reason,
    )
    expect(error).toMatchObject({ code, message: expect.stringContaining(quotation) })
    expect(error?.remedy).toMatch(
      new RegExp(`print.? nothing.*ssh ${sshd.host} true|ssh ${sshd.host} true.*print nothing`),
    )
  })
})
