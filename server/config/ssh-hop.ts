import { isIP } from 'node:net'
import type { ListenAddress } from './values.ts'

/** Where ssh reached this machine. */
export interface SshHop {
  readonly user: string
  readonly address: string
  readonly port: number
}

const SSH_PORT = 22

/** Reads `SSH_CONNECTION` (client address and port, server address and port); null when it is not set or makes no sense. */
export function readSshHop(variable: string | null, user: string): SshHop | null {
  const [, , address, port] = variable?.split(' ') ?? []
  if (address === undefined || isIP(address) === 0 || !/^\d{1,5}$/.test(port ?? '')) return null
  return { user, address, port: Number(port) }
}

/** The command that brings the page to the machine at the other end of the ssh session. */
export function forwardCommand({ user, address, port }: SshHop, { host, port: listenPort }: ListenAddress): string {
  const target = host.includes(':') ? `[${host}]` : host
  const sshPort = port === SSH_PORT ? '' : ` -p ${port}`
  return `ssh -L ${listenPort}:${target}:${listenPort}${sshPort} ${user === '' ? '' : `${user}@`}${address}`
}
