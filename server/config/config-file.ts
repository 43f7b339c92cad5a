import type { HttpLimits } from '../http/limits.ts'
import type { LinkTemplate } from '../http/tool-links.ts'
import { configError } from './config-error.ts'
import { readLinks } from './links.ts'
import { knownKeys } from './nearest.ts'
import { parseSettings, withLine } from './parse-settings.ts'
import { readPath } from './read-object.ts'
import { strangerIn } from './stranger-in.ts'
import { type Bounds, parseWhole } from './values.ts'

/** One entry of `hosts`. `where` is its place in the file. */
export interface FileHost {
  readonly uri: string
  readonly name: string | null
  readonly labels: Readonly<Record<string, string>>
  readonly where: string
}

/** What a config file says; null where it says nothing. Values that flags have too are not checked yet. */
export interface ConfigFile {
  readonly listen: unknown
  readonly interval: unknown
  readonly duty: unknown
  readonly historyMemory: unknown
  readonly logLevel: unknown
  readonly logFormat: unknown
  /** How people come in; checked with the other places that say so. */
  readonly auth: unknown
  readonly basePath: unknown
  /** Folder for what the server keeps; null for the usual one. */
  readonly stateDir: string | null
  readonly tls: unknown
  readonly trustedProxies: unknown
  readonly hosts: readonly FileHost[] | null
  readonly allowedHosts: readonly string[]
  /** Links to other tools. */
  readonly links: readonly LinkTemplate[]
  readonly limits: Partial<HttpLimits>
  /** The same error with the line of the file in its place, where the file is to blame. */
  readonly locate: (error: unknown) => unknown
}

export const EMPTY_FILE: ConfigFile = {
  listen: null,
  interval: null,
  duty: null,
  historyMemory: null,
  logLevel: null,
  logFormat: null,
  auth: null,
  basePath: null,
  stateDir: null,
  tls: null,
  trustedProxies: null,
  hosts: null,
  allowedHosts: [],
  links: [],
  limits: {},
  locate: (error) => error,
}

const KEYS = [
  'listen',
  'interval',
  'duty',
  'historyMemory',
  'auth',
  'stateDir',
  'hosts',
  'allowedHosts',
  'links',
  'limits',
  'basePath',
  'tls',
  'trustedProxies',
  'logLevel',
  'logFormat',
] as const
const HOST_KEYS = ['uri', 'name', 'labels'] as const
const LABEL = /^[A-Za-z][A-Za-z0-9_-]{0,31}$/
const MAX_LABELS = 16
const MAX_LABEL_LENGTH = 64
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/

const time = (min: number, max: number): Bounds => ({ min, max, unit: 'milliseconds' })
const some = (min: number, max: number, unit: string): Bounds => ({ min, max, unit })
const LIMIT_BOUNDS: Readonly<Record<keyof HttpLimits, Bounds>> = {
  headersTimeoutMs: time(50, 120_000),
  requestTimeoutMs: time(50, 300_000),
  connectionsCheckMs: time(10, 30_000),
  keepAliveTimeoutMs: time(10, 120_000),
  idleTimeoutMs: time(50, 600_000),
  maxHeaderBytes: some(1024, 65_536, 'bytes'),
  maxHeaders: some(8, 1000, 'header fields'),
  maxRequestsPerSocket: some(1, 1_000_000, 'requests'),
  maxConnections: some(8, 100_000, 'connections'),
  halfOpen: some(1, 10_000, 'connections'),
  streamsPerSecond: some(1, 10_000, 'streams'),
  streamQueueMs: time(0, 60_000),
  streams: some(1, 50_000, 'streams'),
  streamsPerAddress: some(1, 50_000, 'streams'),
}

/**
 * Reads the text of a config file.
 *
 * @param path - For messages.
 * @throws DomscopeError `BAD_CONFIG` that names the file and the key.
 */
export function parseConfigFile(text: string, path: string): ConfigFile {
  const { value, lines } = parseSettings(text, path)
  const locate = (error: unknown) => withLine(error, path, lines)
  try {
    return { ...readRoot(record(value, path, KEYS), path), locate }
  } catch (error) {
    throw locate(error)
  }
}

function readRoot(root: Json, path: string): Omit<ConfigFile, 'locate'> {
  return {
    listen: root.listen ?? null,
    interval: root.interval ?? null,
    duty: root.duty ?? null,
    historyMemory: root.historyMemory ?? null,
    logLevel: root.logLevel ?? null,
    logFormat: root.logFormat ?? null,
    auth: root.auth ?? null,
    basePath: root.basePath ?? null,
    stateDir: readPath(root.stateDir, `${path}: stateDir`),
    tls: root.tls ?? null,
    trustedProxies: root.trustedProxies ?? null,
    hosts: root.hosts === undefined ? null : list(root.hosts, `${path}: hosts`).map((one, i) => readHost(one, path, i)),
    allowedHosts: list(root.allowedHosts ?? [], `${path}: allowedHosts`).map((one, i) =>
      readAllowedHost(one, `${path}: allowedHosts[${i}]`),
    ),
    links: readLinks(root.links ?? [], `${path}: links`),
    limits: readLimits(root.limits ?? {}, `${path}: limits`),
  }
}

type Json = Readonly<Record<string, unknown>>

function record(value: unknown, where: string, keys: readonly string[]): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw configError(where, 'this must be an object', `Its keys are ${keys.join(', ')}.`)
  }
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) throw configError(`${where}: ${key}`, 'there is no such key', knownKeys(key, keys))
  }
  return value as Json
}

function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw configError(where, 'this must be a list', 'Write [ … ].')
}

function readHost(value: unknown, path: string, index: number): FileHost {
  const where = `${path}: hosts[${index}]`
  if (typeof value === 'string') return { uri: value, name: null, labels: {}, where }
  const { uri, name, labels } = record(value, where, HOST_KEYS)
  if (typeof uri !== 'string' || uri === '') {
    throw configError(`${where}.uri`, 'a host needs a URI', 'Write "uri": "qemu+ssh://kvm-01/system".')
  }
  if (name !== undefined && typeof name !== 'string') {
    throw configError(`${where}.name`, 'this must be text', 'Write "name": "kvm-01".')
  }
  return { uri, name: name ?? null, labels: readLabels(labels ?? {}, `${where}.labels`), where }
}

function readLabels(value: unknown, where: string): Readonly<Record<string, string>> {
  const remedy = 'Write "labels": {"rack": "3", "site": "north"}.'
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw configError(where, 'this must be an object', remedy)
  }
  const entries = Object.entries(value)
  if (entries.length > MAX_LABELS) throw configError(where, `a host has at most ${MAX_LABELS} labels`, remedy)
  for (const [key, text] of entries) {
    if (!LABEL.test(key)) throw configError(`${where}.${key}`, 'a label is a word of letters and digits', remedy)
    if (typeof text !== 'string' || text.length > MAX_LABEL_LENGTH) {
      throw configError(`${where}.${key}`, `this must be text of at most ${MAX_LABEL_LENGTH} characters`, remedy)
    }
  }
  return Object.fromEntries(entries) as Record<string, string>
}

function readAllowedHost(value: unknown, where: string): string {
  const name = typeof value === 'string' ? value.toLowerCase() : ''
  if (NAME.test(name)) return name
  throw configError(
    where,
    `${JSON.stringify(value)} is not a host name${strangerIn(String(value))}`,
    'Write the name alone, without scheme and port.',
  )
}

function readLimits(value: unknown, where: string): Partial<HttpLimits> {
  const limits: Partial<Record<keyof HttpLimits, number>> = {}
  for (const [key, given] of Object.entries(record(value, where, Object.keys(LIMIT_BOUNDS)))) {
    limits[key as keyof HttpLimits] = parseWhole(given, `${where}.${key}`, LIMIT_BOUNDS[key as keyof HttpLimits])
  }
  return limits
}
