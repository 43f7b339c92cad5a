import { accessSync, constants, lstatSync, readlinkSync, type Stats, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { ErrorDetail } from '../../../lib/errors/domscope-error.ts'
import { DomscopeError } from '../../../lib/errors/domscope-error.ts'
import { daemonOf } from '../nearby-sockets.ts'

interface SystemError {
  readonly code?: string | undefined
}

interface Explanation {
  readonly code: string
  readonly message: (path: string) => string
  readonly remedy: string
}

const INSTALL =
  'Install and start libvirtd or virtqemud on this machine, or connect to another one by qemu+ssh://host/system.'

const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  ENOENT: {
    code: 'SOCKET_MISSING',
    message: (path) => `there is no socket ${path}`,
    remedy: INSTALL,
  },
  ENOTDIR: {
    code: 'SOCKET_MISSING',
    message: (path) => `there is no socket ${path}`,
    remedy: 'Check the path given as socket=.',
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
    remedy: 'A path has at most 107 bytes: name the socket through a link with a shorter one.',
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
  if (code === 'ECONNREFUSED') return refused(path, error)
  if (code === 'ENOENT' && linkOf(path) !== null) return danglingLink(path, error)
  const known = EXPLANATIONS[code]
  if (known !== undefined) return build(known.code, known.message(path), known.remedy, path, error)
  const remedy = 'Check the path and the daemon behind it.'
  return build('SOCKET_FAILED', `socket ${path} failed with ${code}`, remedy, path, error)
}

/** None of the usual sockets exists. */
export function noSocket(candidates: readonly string[]): DomscopeError {
  const message = `no libvirt socket found; looked for ${candidates.join(', ')}`
  return build('SOCKET_MISSING', message, INSTALL, candidates[0] ?? '', undefined)
}

function forbidden(path: string, error: SystemError): DomscopeError {
  const folder = closedFolder(path)
  if (folder !== null) {
    const message = `this user may not look into ${folder}, on the way to socket ${path}`
    const remedy = `Let this user pass through that folder (the x of its mode), or check the path.`
    return build('SOCKET_FORBIDDEN', message, remedy, path, error)
  }
  const mode = statOf(path)?.mode ?? null
  if (mode !== null && (mode & 0o002) !== 0) {
    const message = `connecting to ${path} was refused although its mode allows it`
    const remedy =
      'Something above file modes says no: look at SELinux and AppArmor denials, or at the container Domscope runs in.'
    return build('SOCKET_BLOCKED', message, remedy, path, error)
  }
  const daemon = daemonOf(basename(path)) ?? 'libvirt'
  const remedy = path.endsWith('-ro')
    ? `Give this user read and write on the read-only socket: unix_sock_ro_perms = "0777" in ${configOf(daemon)}.`
    : 'Use the read-only socket, which any local user may open: leave out socket=, or name the socket that ends in -ro.'
  return build('SOCKET_FORBIDDEN', `this user may not open ${path}`, remedy, path, error)
}

/** Nobody listens; the system says the same of what is no socket at all. */
function refused(path: string, error: SystemError): DomscopeError {
  const stat = statOf(path)
  if (stat?.isDirectory()) {
    const remedy = 'Name the socket in it, not the folder: socket=…/libvirt-sock-ro.'
    return build('NOT_A_SOCKET', `${path} is a folder, not a socket`, remedy, path, error)
  }
  if (stat !== null && !stat.isSocket()) {
    const what = stat.isFile() ? 'is a plain file, not a socket' : 'is not a socket'
    return build('NOT_A_SOCKET', `${path} ${what}`, 'Check the path given as socket=.', path, error)
  }
  const message = `socket ${path} is there, but no daemon listens on it`
  return build('DAEMON_NOT_RUNNING', message, `Start the daemon it belongs to: ${startOf(path)}.`, path, error)
}

/** How the daemon behind a socket is started, as far as its name tells. */
function startOf(path: string): string {
  const daemon = daemonOf(basename(path))
  if (daemon === null) return 'systemctl start libvirtd, or virtqemud.socket on modular hosts'
  const program = daemon === 'libvirt' ? 'libvirtd' : daemon
  // A daemon of one user is started by that user; it listens on the folder that XDG_RUNTIME_DIR names.
  if (!/^(\/var)?\/run\/libvirt$/.test(dirname(path))) return `run ${program} as the user it is for`
  return daemon === 'libvirt' ? 'systemctl start libvirtd' : `systemctl start ${daemon}.socket`
}

function configOf(daemon: string): string {
  return daemon === 'libvirt' ? 'libvirtd.conf' : `${daemon}.conf`
}

function danglingLink(path: string, error: SystemError): DomscopeError {
  const message = `${path} is a link to ${linkOf(path)}, and there is nothing`
  return build('SOCKET_MISSING', message, 'Start the daemon whose socket that is, or mend the link.', path, error)
}

function build(code: string, message: string, remedy: string, path: string, cause: unknown): DomscopeError {
  const detail: ErrorDetail = { path }
  return new DomscopeError(code, message, { radius: 'connection', detail, remedy, cause })
}

/** The first folder on the way that this user may not pass through, or null. */
function closedFolder(path: string): string | null {
  const folders: string[] = []
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) folders.unshift(folder)
  return folders.find((folder) => !isPassable(folder)) ?? null
}

function isPassable(folder: string): boolean {
  try {
    accessSync(folder, constants.X_OK)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EACCES'
  }
}

/** Null where nothing is, or where we may not look. */
function statOf(path: string): Stats | null {
  try {
    return statSync(path)
  } catch {
    return null
  }
}

/** Where a link leads; null of what is none. */
function linkOf(path: string): string | null {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null
  } catch {
    return null
  }
}
