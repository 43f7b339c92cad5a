import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { LibvirtUri } from '../../lib/libvirt/uri.ts'

/** libvirt itself goes through /var/run, also where that leads to /run. */
export const SYSTEM_DIR = '/var/run/libvirt'

/** Name of the daemon of its own that a driver has on modular hosts. */
export const MODULAR_DAEMONS: Readonly<Record<string, string>> = {
  qemu: 'virtqemud',
  xen: 'virtxend',
  lxc: 'virtlxcd',
  ch: 'virtchd',
  bhyve: 'virtbhyved',
  vbox: 'virtvboxd',
  vz: 'virtvzd',
}
/** Prefix of the sockets of libvirtd, and of virtproxyd in its place. */
export const MONOLITHIC = 'libvirt'

/** What the search for sockets depends on. */
export interface SocketPlaces {
  readonly systemDir: string
  /** Directory of the user's session: `…/libvirt` below it holds the sockets. */
  readonly runtimeDir: string
  readonly uid: number
}

/** The usual places of this process; `runtimeDir` is what XDG_RUNTIME_DIR says, or null. */
export function socketPlaces(runtimeDir: string | null): SocketPlaces {
  const uid = process.getuid?.() ?? 0
  return { systemDir: SYSTEM_DIR, runtimeDir: runtimeDir ?? `/run/user/${uid}`, uid }
}

/**
 * Paths to try for a URI, best first: read-only before read-write, the driver's own daemon before libvirtd.
 *
 * @remarks An explicit `socket=` is the only candidate. Session daemons have no read-only socket; there the flag of
 * CONNECT_OPEN does it. The test driver has no daemon of its own and runs in a session daemon for other users than root.
 */
export function socketCandidates(uri: LibvirtUri, places: SocketPlaces): string[] {
  if (uri.params.socket !== null) return [uri.params.socket]
  const daemons = daemonsOf(uri)
  const session = daemons.map((daemon) => join(places.runtimeDir, 'libvirt', `${daemon}-sock`))
  const system = ['-sock-ro', '-sock'].flatMap((suffix) =>
    daemons.map((daemon) => join(places.systemDir, daemon + suffix)),
  )
  if (isSession(uri)) return session
  return uri.driver === 'test' && places.uid !== 0 ? [...session, ...system] : system
}

/** Whether the URI means the daemon of a user. */
export function isSession(uri: LibvirtUri): boolean {
  return uri.path === '/session'
}

function daemonsOf(uri: LibvirtUri): string[] {
  const modular = MODULAR_DAEMONS[uri.driver]
  if (uri.params.mode === 'legacy' || modular === undefined) return [MONOLITHIC]
  return uri.params.mode === 'direct' ? [modular] : [modular, MONOLITHIC]
}

/** A daemon of this machine that was found by its socket. */
export interface LocalSocket {
  readonly uri: string
  readonly path: string
}

/**
 * Daemons of this machine that can be watched without being told where they are: those with a read-only socket, and the
 * user's own session daemons. Nothing is started, nothing is connected to.
 */
export function findLocalSockets(places: SocketPlaces, exists: (path: string) => boolean = isSocket): LocalSocket[] {
  const found: LocalSocket[] = []
  for (const [driver, daemon] of Object.entries(MODULAR_DAEMONS)) {
    const names = driver === 'qemu' ? [daemon, MONOLITHIC] : [daemon]
    const path = names.map((name) => join(places.systemDir, `${name}-sock-ro`)).find(exists)
    if (path !== undefined) found.push({ uri: `${driver}:///system`, path })
    const session = names.map((name) => join(places.runtimeDir, 'libvirt', `${name}-sock`)).find(exists)
    if (session !== undefined) found.push({ uri: `${driver}:///session`, path: session })
  }
  return found
}

/** Whether a socket is at `path`; false for anything else, and where we may not look. */
export function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket()
  } catch {
    return false
  }
}
