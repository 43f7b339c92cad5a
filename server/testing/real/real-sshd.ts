import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { freePort } from '../free-port.ts'
import { runTool, startProcess } from '../subprocess.ts'
import { until } from '../until.ts'
import type { Namespace } from './namespace.ts'

/** An sshd of our own on a loopback port, and a client configuration that reaches it. */
export interface RealSshd {
  /** Alias in the client's configuration: known host key, our key. */
  readonly host: string
  /** Alias of the same daemon whose host key the client does not know. */
  readonly strangerHost: string
  /** Alias of the same daemon with a key that it does not accept. */
  readonly refusedHost: string
  /** Put first on PATH, it makes `ssh` read our configuration; the program itself is the system's. */
  readonly binFolder: string
  readonly env: Readonly<Record<string, string>>
  /** Puts lines at the top of the client's configuration, for every alias. */
  configure(lines: string): void
  /** Lets the far side run `command` in the place of what is asked for, which stands in SSH_ORIGINAL_COMMAND. */
  force(command: string | null): void
  stop(): Promise<void>
}

/** Starts sshd; with `inside`, its sessions see the files and daemons of that namespace. */
export async function startRealSshd(inside: Namespace | null): Promise<RealSshd> {
  const folder = mkdtempSync(path.join(tmpdir(), 'domscope-sshd-'))
  const at = (name: string) => path.join(folder, name)
  try {
    for (const key of ['host_key', 'user_key', 'other_key']) {
      await runTool('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'domscope-test', '-f', at(key)])
    }
    const port = await freePort()
    writeFileSync(at('authorized_keys'), readFileSync(at('user_key.pub')))
    writeFileSync(at('sshd_config'), serverConfig(at, port))
    writeFileSync(at('known_hosts'), `[127.0.0.1]:${port} ${readFileSync(at('host_key.pub'), 'utf8')}`)
    writeFileSync(at('known_nobody'), '')
    writeFileSync(at('ssh_config'), clientConfig(at, port))
    mkdirSync(at('bin'))
    writeFileSync(at('bin/ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${at('ssh_config')} "$@"\n`)
    chmodSync(at('bin/ssh'), 0o755)

    // Asked for as root, whatever the settings say; on the machine itself the service's own script makes it.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true })
    const command = ['/usr/sbin/sshd', '-D', '-e', '-f', at('sshd_config')]
    const sshd =
      inside === null
        ? startProcess(command[0] ?? '', command.slice(1))
        : startProcess('nsenter', [...inside.enterFiles, ...command])
    await until('sshd to listen', () => canConnect(port).then((yes) => yes || undefined))
    return {
      host: 'domscope-kvm',
      strangerHost: 'domscope-stranger',
      refusedHost: 'domscope-refused',
      binFolder: at('bin'),
      env: { PATH: `${at('bin')}:${process.env.PATH ?? ''}` },
      configure: (lines) => writeFileSync(at('ssh_config'), `${lines}\n${clientConfig(at, port)}`),
      force(command) {
        const forced = command === null ? '' : `command="${command.replaceAll('"', '\\"')}" `
        writeFileSync(at('authorized_keys'), forced + readFileSync(at('user_key.pub'), 'utf8'))
      },
      async stop() {
        await sshd.stop()
        rmSync(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

const serverConfig = (at: (name: string) => string, port: number) => `Port ${port}
ListenAddress 127.0.0.1
HostKey ${at('host_key')}
AuthorizedKeysFile ${at('authorized_keys')}
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
`

const clientConfig = (at: (name: string) => string, port: number) => {
  const alias = (name: string, key: string, known: string) => `Host ${name}
  HostName 127.0.0.1
  Port ${port}
  User ${userInfo().username}
  IdentityFile ${at(key)}
  IdentitiesOnly yes
  UserKnownHostsFile ${at(known)}
  GlobalKnownHostsFile /dev/null
`
  return [
    alias('domscope-kvm', 'user_key', 'known_hosts'),
    alias('domscope-stranger', 'user_key', 'known_nobody'),
    alias('domscope-refused', 'other_key', 'known_hosts'),
  ].join('\n')
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
