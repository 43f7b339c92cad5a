import { statSync } from 'node:fs'
import type { ErrorDetail } from '../../../lib/errors/domscope-error.ts'
import { DomscopeError } from '../../../lib/errors/domscope-error.ts'

interface SystemError {
  readonly code?: string | undefined
}

interface Explanation {
  readonly code: string
  readonly message: (path: string) => string
  readonly remedy: string
}

const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  ENOENT: {
    code: 'SOCKET_MISSING',
    message: (path) => `there is no socket ${path}`,
    remedy:
      'Install and start libvirtd or virtqemud on this machine, or connect to another one by qemu+ssh://host/system.',
  },
  ENOTDIR: {
    code: 'SOCKET_MISSING',
    message: (path) => `there is no socket ${path}`,
    remedy: 'Check the path given as socket=.',
  },
  ECONNREFUSED: {
    code: 'DAEMON_NOT_RUNNING',
    message: (path) => `socket ${path} is there, but no daemon listens on it`,
    remedy: 'Start the daemon it belongs to: systemctl start libvirtd, or virtqemud.socket on modular hosts.',
  },
  ETIMEDOUT: {
    code: 'CONNECT_TIMEOUT',
    message: (path) => `socket ${path} did not accept a connection in time`,
    remedy: 'The daemon is overloaded or stopped: look at its log.',
  },
  EAGAIN: {
    code: 'CONNECT_TIMEOUT',
    message: (path) => `the queue of socket ${path} is full`,
    remedy: 'The daemon is overloaded or stopped: look at its log.',
  },
  ENAMETOOLONG: {
    code: 'SOCKET_PATH_TOO_LONG',
    message: (path) => `${path} is longer than a socket's path may be`,
    remedy: 'Use a path of at most 107 bytes.',
  },
  ECONNRESET: {
    code: 'CONNECTION_LOST',
    message: (path) => `the daemon behind ${path} reset the connection`,
    remedy: 'Look at the log of the daemon; Domscope connects again by itself.',
  },
  EPIPE: {
    code: 'CONNECTION_LOST',
    message: (path) => `the daemon behind ${path} closed the connection`,
    remedy: 'Look at the log of the daemon; Domscope connects again by itself.',
  },
}

/** What went wrong with a socket of this machine, in words. The system's error stays as cause. */
export function socketError(path: string, error: SystemError): DomscopeError {
  const code = error.code ?? 'UNKNOWN'
  if (code === 'EACCES' || code === 'EPERM') return forbidden(path, error)
  if (code === 'ECONNREFUSED' && isOtherFile(path)) return notASocket(path, error)
  const known = EXPLANATIONS[code]
  if (known !== undefined) return build(known.code, known.message(path), known.remedy, path, error)
  const remedy = 'Check the path and the daemon behind it.'
  return build('SOCKET_FAILED', `socket ${path} failed with ${code}`, remedy, path, error)
}

/** None of the usual sockets exists. */
export function noSocket(candidates: readonly string[]): DomscopeError {
  const message = `no libvirt socket found; looked for ${candidates.join(', ')}`
  const remedy =
    'Install and start libvirtd or virtqemud on this machine, or connect to another one by qemu+ssh://host/system.'
  return build('SOCKET_MISSING', message, remedy, candidates[0] ?? '', undefined)
}

function forbidden(path: string, error: SystemError): DomscopeError {
  const mode = modeOf(path)
  if (mode !== null && (mode & 0o002) !== 0) {
    const message = `connecting to ${path} was refused although its mode allows it`
    const remedy =
      'Something above file modes says no: look at SELinux and AppArmor denials, or at the container Domscope runs in.'
    return build('SOCKET_BLOCKED', message, remedy, path, error)
  }
  const remedy = path.endsWith('-ro')
    ? 'Give this user read and write on the read-only socket: unix_sock_ro_perms = "0777" in libvirtd.conf or virtqemud.conf.'
    : 'Use the read-only socket, which any local user may open: leave out socket=, or name the socket that ends in -ro.'
  return build('SOCKET_FORBIDDEN', `this user may not open ${path}`, remedy, path, error)
}

function notASocket(path: string, error: SystemError): DomscopeError {
  return build('NOT_A_SOCKET', `${path} is not a socket`, 'Check the path given as socket=.', path, error)
}

function build(code: string, message: string, remedy: string, path: string, cause: unknown): DomscopeError {
  const detail: ErrorDetail = { path }
  return new DomscopeError(code, message, { radius: 'connection', detail, remedy, cause })
}

function isOtherFile(path: string): boolean {
  const mode = modeOf(path)
  return mode !== null && (mode & 0o170000) !== 0o140000
}

/** Mode with type bits, or null where it cannot be read. */
function modeOf(path: string): number | null {
  try {
    return statSync(path).mode
  } catch {
    return null
  }
}
