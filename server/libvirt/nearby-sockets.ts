import { readdirSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { LibvirtUri } from '../../lib/libvirt/uri.ts'
import { isSocket, type LocalSocket, MODULAR_DAEMONS, MONOLITHIC, type SocketPlaces } from './local-sockets.ts'

/** More would be a list to read, not an answer. */
const MOST_NAMED = 3
/** What a socket of another name has in its name, so that not every file of a large folder is looked at. */
const SOCKET_NAME = /sock/i
/** Of daemons that watch no domains, and of libvirt's administration. */
const OTHERS = /(^virt(log|lock)d-|-admin-)/

/**
 * Sockets that somebody may have meant who named one that does not work: in its folder and in libvirt's usual ones, with
 * the URI that leads to each; the likeliest first, at most three. Nothing is connected to.
 */
export function nearbySockets(uri: LibvirtUri, wanted: readonly string[], places: SocketPlaces): LocalSocket[] {
  const sessionDir = join(places.runtimeDir, 'libvirt')
  const own = wanted.flatMap((path) => [dirname(path), twin(dirname(path)), path])
  const usual = new Set([places.systemDir, twin(places.systemDir), sessionDir])
  const found = new Map<string, LocalSocket & { readonly rank: number }>()
  for (const folder of new Set([...own, ...usual])) {
    for (const name of namesIn(folder)) {
      const path = join(folder, name)
      const daemon = daemonOf(name)
      if (OTHERS.test(name) || (daemon === null && usual.has(folder)) || !isSocket(path)) continue
      const real = realOf(path)
      if (found.has(real) || wanted.includes(path)) continue
      const at = { path, folder, daemon }
      found.set(real, { path, uri: uriOf(uri, at, places, sessionDir), rank: rankOf(uri, at, own) })
    }
  }
  return [...found.values()].sort((a, b) => a.rank - b.rank).slice(0, MOST_NAMED)
}

interface FoundAt {
  readonly path: string
  readonly folder: string
  /** Prefix of the socket's name; null when it is none of libvirt's names. */
  readonly daemon: string | null
}

/** libvirt's daemon whose socket has this name, or null. */
export function daemonOf(name: string): string | null {
  const prefix = /^(.*)-sock(-ro)?$/.exec(name)?.[1]
  const known = prefix === MONOLITHIC || Object.values(MODULAR_DAEMONS).includes(prefix ?? '')
  return known ? (prefix ?? null) : null
}

/** Read-only before read-write, in the same folder before elsewhere, the same driver before others. */
function rankOf(uri: LibvirtUri, { path, folder, daemon }: FoundAt, own: readonly string[]): number {
  const sameDriver = daemon === MONOLITHIC || daemon === MODULAR_DAEMONS[uri.driver]
  return (own.includes(folder) ? 0 : 4) + (sameDriver ? 0 : 2) + (path.endsWith('-ro') ? 0 : 1)
}

/** The plain URI where that finds the socket, else one that names it. */
function uriOf(uri: LibvirtUri, { path, folder, daemon }: FoundAt, places: SocketPlaces, sessionDir: string): string {
  const driver = Object.entries(MODULAR_DAEMONS).find(([, modular]) => modular === daemon)?.[0] ?? uri.driver
  if (folder === sessionDir) return `${driver}:///session`
  const isSystem = folder === places.systemDir || folder === twin(places.systemDir)
  if (isSystem && path.endsWith('-ro')) return `${driver}:///system`
  return `${driver}+unix://${uri.path === '' ? '/system' : uri.path}?socket=${encodeURI(path)}`
}

/** `/run` and `/var/run` are one place on most machines, and two in some containers. */
function twin(folder: string): string {
  if (folder.startsWith('/var/run/')) return folder.slice('/var'.length)
  return folder.startsWith('/run/') ? `/var${folder}` : folder
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => SOCKET_NAME.test(name))
      .sort()
  } catch {
    return []
  }
}

function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
