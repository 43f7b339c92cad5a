import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { configError } from '../../config/config-error.ts'
import type { Scope, ScopeRule } from '../access.ts'

/** A wall link as it is kept. Times are ms since 1970. */
export interface KeptLink {
  readonly id: string
  /** What its maker called it. */
  readonly name: string
  readonly creator: string
  /** The one view that it shows: the query part of the wall's address. */
  readonly view: string
  readonly scope: Scope
  /** SHA-256 of its secret, base64url. */
  readonly digest: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly revokedAt: number | null
  /** When a screen was last let in by it, and from where. */
  readonly seenAt: number | null
  readonly address: string | null
}

const VERSION = 1
const OTHERS = 0o077
const REMEDY = 'Correct it, or move it away: then there are no links, and every screen needs a new one.'

/**
 * Reads the links that are kept in a file; none where there is no file.
 *
 * @throws DomscopeError `BAD_CONFIG` when it cannot be read, is open to others, or holds something else: to go on without
 * would overwrite it.
 */
export function readLinks(path: string): readonly KeptLink[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    throw configError('stateDir', `the wall links ${path} cannot be read: ${code}`, 'Let this user read them.', cause)
  }
  if ((statSync(path).mode & OTHERS) !== 0)
    throw configError('stateDir', `others may read the wall links ${path}`, `Run chmod 600 ${path}.`)
  const links = parseLinks(text)
  if (links === null) throw configError('stateDir', `${path} holds no wall links of ours`, REMEDY)
  return links
}

/**
 * Writes all links, whole or not at all: a new file takes the place of the old one when it is on the disk.
 *
 * @throws the error of the file system; the old file is then as it was.
 */
export function writeLinks(path: string, links: readonly KeptLink[]): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const fresh = `${path}.new`
  // What an earlier one left behind, and whatever its mode: a file that is there keeps its own.
  rmSync(fresh, { force: true })
  const file = openSync(fresh, 'wx', 0o600)
  try {
    writeSync(file, `${JSON.stringify({ version: VERSION, links }, null, 1)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(fresh, path)
}

function parseLinks(text: string): readonly KeptLink[] | null {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return null
  }
  const { version, links } = (json ?? {}) as { readonly version?: unknown; readonly links?: unknown }
  return version === VERSION && Array.isArray(links) && links.every(isLink) ? links : null
}

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'string')
const isTime = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)
const isRule = (value: unknown): value is ScopeRule =>
  isObject(value) && [value.hosts, value.labels, value.projects, value.names].every(isTexts)

function isLink(value: unknown): value is KeptLink {
  if (!isObject(value)) return false
  const { id, name, creator, view, digest, scope, createdAt, expiresAt, revokedAt, seenAt, address } = value
  return (
    [id, name, creator, view, digest].every((text) => typeof text === 'string') &&
    [createdAt, expiresAt].every(isTime) &&
    [revokedAt, seenAt].every((time) => time === null || isTime(time)) &&
    (address === null || typeof address === 'string') &&
    (scope === null || (Array.isArray(scope) && scope.every(isRule)))
  )
}
