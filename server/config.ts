import { readFileSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { findDomscopeError } from '../lib/errors/domscope-error.ts'
import { redactUri } from '../lib/libvirt/uri-names.ts'
import { checkUser } from './auth/password/password-lines.ts'
import { type AuthSettings, readAuthSettings, stateDirectory } from './config/auth-settings.ts'
import { readBasePath } from './config/base-path.ts'
import { configError } from './config/config-error.ts'
import { type ConfigFile, EMPTY_FILE, parseConfigFile } from './config/config-file.ts'
import { readTls, readTrustedProxies } from './config/edge-settings.ts'
import { type Flags, readFlags } from './config/flags.ts'
import { hostRequests } from './config/host-sources.ts'
import { type ConfiguredHost, type ConfiguredSim, resolveHosts } from './config/hosts.ts'
import { EMPTY_LIBVIRT_CONF, type LibvirtConf, parseLibvirtConf, unreadableConf } from './config/libvirt-conf.ts'
import { readLogFormat, readLogLevel } from './config/log-settings.ts'
import { readText } from './config/read-text.ts'
import type { ConfigSources } from './config/sources.ts'
import { readSshHop, type SshHop } from './config/ssh-hop.ts'
import { USAGE } from './config/usage.ts'
import {
  checkReach,
  DEFAULT_LISTEN,
  DUTY_BOUNDS,
  HISTORY_BOUNDS,
  INTERVAL_BOUNDS,
  type ListenAddress,
  parseListen,
  parseWhole,
} from './config/values.ts'
import type { TlsPaths } from './http/edge/tls-pair.ts'
import { HTTP_LIMITS, type HttpLimits } from './http/limits.ts'
import type { LinkTemplate } from './http/tool-links.ts'
import { findLocalSockets, isSocket, socketPlaces } from './libvirt/local-sockets.ts'
import { DEFAULT_LOG, type LogSettings } from './log.ts'

/** Settings in force. */
export interface Config {
  readonly listen: ListenAddress
  /** The path that everything is below, as `/vms`; empty at the root. */
  readonly basePath: string
  /** Our own certificate; null to speak plainly. */
  readonly tls: TlsPaths | null
  /** Addresses and networks whose `X-Forwarded-*` are believed. */
  readonly trustedProxies: readonly string[]
  readonly auth: AuthSettings
  /** Folder for what the server keeps and must not lose: the admin token, wall links. */
  readonly stateDir: string
  readonly intervalMs: number
  readonly dutyPercent: number
  /** Memory for the recent past; null sizes it from the domains found. */
  readonly historyMiB: number | null
  readonly hosts: readonly ConfiguredHost[]
  readonly sim: ConfiguredSim | null
  /** Names besides the loopback ones under which the server may be addressed. */
  readonly allowedHosts: readonly string[]
  /** Links to other tools, for the page of each domain. */
  readonly links: readonly LinkTemplate[]
  readonly limits: HttpLimits
  readonly log: LogSettings
  /** The pages come from Next, which compiles them on demand. */
  readonly dev: boolean
  readonly nodeEnv: string
  /** Where the daemons of this user's session have their sockets; null for the usual place. */
  readonly runtimeDir: string | null
  /** The way back to whoever started us through ssh. */
  readonly ssh: SshHop | null
  /** What could not be read and was not needed, in sentences. */
  readonly unread: readonly string[]
}

export type Command =
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'version' }
  /** Make a line for the password file. */
  | { readonly kind: 'hash'; readonly user: string }
  | { readonly kind: 'check' | 'serve'; readonly config: Config }

/** Arguments, environment and files of this process. */
export function processSources(): ConfigSources {
  const uid = process.getuid?.() ?? 0
  return {
    argv: process.argv.slice(2),
    env: process.env,
    readFile(path) {
      try {
        return readFileSync(path)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    },
    findSockets(runtimeDir) {
      const tried: string[] = []
      const exists = (path: string) => {
        tried.push(path)
        return isSocket(path)
      }
      return { found: findLocalSockets(socketPlaces(runtimeDir), exists), tried }
    },
    user: { uid, name: userName(), home: homedir() },
  }
}

/** A user without an entry in the password file has no name; containers run such users. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return ''
  }
}

/**
 * Reads flags, environment and files, in this order of rank, and says what to do.
 *
 * @throws DomscopeError `BAD_CONFIG` (and `NO_HOSTS`) of radius `process`; nothing was connected to or listened on.
 */
export function readCommand(sources: ConfigSources): Command {
  const flags = readFlags(sources.argv)
  if (flags.help) return { kind: 'print', text: USAGE }
  if (flags.version) return { kind: 'version' }
  if (flags.hashPassword !== null) return { kind: 'hash', user: checkUser(flags.hashPassword) }
  const config = readConfig(flags, sources)
  if (flags.printConfig) return { kind: 'print', text: `${JSON.stringify(printable(config), null, 2)}\n` }
  return { kind: flags.check ? 'check' : 'serve', config }
}

/** Settings that flags, environment and file share, by their key in the file. */
const SETTINGS = {
  listen: { flag: '--listen', variable: 'DOMSCOPE_LISTEN' },
  interval: { flag: '--interval', variable: 'DOMSCOPE_INTERVAL' },
  duty: { flag: '--duty', variable: 'DOMSCOPE_DUTY' },
  historyMemory: { flag: '--history-memory', variable: 'DOMSCOPE_HISTORY_MEMORY' },
  basePath: { flag: '--base-path', variable: 'DOMSCOPE_BASE_PATH' },
  logLevel: { flag: '--log-level', variable: 'DOMSCOPE_LOG_LEVEL' },
  logFormat: { flag: '--log-format', variable: 'DOMSCOPE_LOG_FORMAT' },
} as const

function readConfig(flags: Flags, sources: ConfigSources): Config {
  const { env } = sources
  const given = flags.config ?? set(env.DOMSCOPE_CONFIG)
  const path = given === null ? null : resolve(given)
  const file = readConfigFile(path, flags.config === null ? 'DOMSCOPE_CONFIG' : '--config', sources)
  try {
    return readSettings(flags, sources, path, file)
  } catch (error) {
    throw file.locate(error)
  }
}

function readSettings(flags: Flags, sources: ConfigSources, path: string | null, file: ConfigFile): Config {
  const { env, user } = sources
  const pick = <Value>(key: keyof typeof SETTINGS, read: (value: unknown, where: string) => Value, or: Value) => {
    const { flag, variable } = SETTINGS[key]
    const fromEnv = set(env[variable])
    if (flags[key] !== null) return read(flags[key], flag)
    if (fromEnv !== null) return read(fromEnv, variable)
    return file[key] === null ? or : read(file[key], `${path}: ${key}`)
  }
  const dev = set(env.DOMSCOPE_DEV) === '1'
  // Before the hosts: a setting that is wrong is wrong also where there is nothing to watch.
  const listen = pick('listen', readListen, DEFAULT_LISTEN)
  const log = {
    level: pick('logLevel', readLogLevel, DEFAULT_LOG.level),
    format: pick('logFormat', readLogFormat, DEFAULT_LOG.format),
  }
  const basePath = pick('basePath', readBasePath, '')
  const stateDir = file.stateDir ?? stateDirectory(env, user.uid, user.home)
  const tls = readTls({
    flags: { cert: flags.tlsCert, key: flags.tlsKey },
    variables: { cert: set(env.DOMSCOPE_TLS_CERT), key: set(env.DOMSCOPE_TLS_KEY) },
    file: file.tls,
    path,
  })
  const trustedProxies = readTrustedProxies(file.trustedProxies, `${path}: trustedProxies`)
  const auth = readAuthSettings({
    flag: flags.auth,
    variable: set(env.DOMSCOPE_AUTH),
    file: file.auth,
    path,
    insecure: flags.insecureNoAuth,
    stateDir,
  })
  checkReach(listen, auth, listenSource(flags, env, path))
  const intervalMs = pick('interval', (value, where) => parseWhole(value, where, INTERVAL_BOUNDS), 1000)
  const dutyPercent = pick('duty', (value, where) => parseWhole(value, where, DUTY_BOUNDS), 10)
  const historyMiB = pick<number | null>(
    'historyMemory',
    (value, where) => parseWhole(value, where, HISTORY_BOUNDS),
    null,
  )
  const conf = readLibvirtConf(sources)
  return {
    listen,
    basePath,
    tls,
    trustedProxies,
    auth,
    stateDir,
    intervalMs,
    dutyPercent,
    historyMiB,
    ...resolveHosts(hostRequests(flags, file, conf, sources), conf),
    allowedHosts: file.allowedHosts,
    links: file.links,
    limits: { ...HTTP_LIMITS, ...file.limits },
    log,
    dev,
    nodeEnv: checkNodeEnv(set(env.NODE_ENV), dev),
    runtimeDir: set(env.XDG_RUNTIME_DIR),
    ssh: readSshHop(set(env.SSH_CONNECTION), user.name),
    unread: conf.faults.map(({ message, remedy }) => `${message}. ${remedy}`),
  }
}

/** An empty variable is one that is not set. */
function set(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value
}

/** Which setting says where to listen. */
function listenSource(flags: Flags, env: ConfigSources['env'], path: string | null): string {
  if (flags.listen !== null) return '--listen'
  return set(env.DOMSCOPE_LISTEN) === null ? `${path}: listen` : 'DOMSCOPE_LISTEN'
}

function readListen(value: unknown, where: string): ListenAddress {
  if (typeof value === 'string') return parseListen(value, where)
  throw configError(where, 'this must be text', 'Write "listen": "127.0.0.1:8080".')
}

function readConfigFile(path: string | null, where: string, { readFile }: ConfigSources): ConfigFile {
  if (path === null) return EMPTY_FILE
  const text = readText(path, where, readFile)
  if (text === null) throw configError(where, `there is no file ${path}`, 'Give the path of a file in YAML or JSON.')
  return parseConfigFile(text, path)
}

function readLibvirtConf({ env, user, readFile }: ConfigSources): LibvirtConf {
  const base = user.uid === 0 ? '/etc' : (set(env.XDG_CONFIG_HOME) ?? join(user.home, '.config'))
  const path = join(base, 'libvirt', 'libvirt.conf')
  let text: string | null
  try {
    text = readText(path, "configuration of libvirt's client", readFile)
  } catch (error) {
    const known = findDomscopeError(error)
    if (known === null) throw error
    return unreadableConf(known)
  }
  return text === null ? EMPTY_LIBVIRT_CONF : parseLibvirtConf(text, path)
}

/** Development builds of React leak on screens that stay up for weeks; nobody should serve one by a stray variable. */
function checkNodeEnv(nodeEnv: string | null, dev: boolean): string {
  if (nodeEnv !== 'development' || dev) return nodeEnv ?? 'production'
  throw configError('NODE_ENV=development', 'this is no development server', 'Unset NODE_ENV, or use npm run dev.')
}

function printable({ listen, basePath, auth, intervalMs, dutyPercent, historyMiB, hosts, sim, ...config }: Config) {
  const { tls, trustedProxies, stateDir, allowedHosts, links, limits, log, unread } = config
  return {
    listen: `${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${listen.port}`,
    basePath: basePath === '' ? null : basePath,
    tls,
    trustedProxies,
    auth,
    stateDir,
    interval: intervalMs,
    duty: dutyPercent,
    historyMemory: historyMiB,
    logLevel: log.level,
    logFormat: log.format,
    hosts: hosts.map(({ name, uri, labels, where }) => ({ name, uri: redactUri(uri), labels, from: where })),
    simulated: sim?.uri ?? null,
    allowedHosts,
    links,
    limits,
    ...(unread.length === 0 ? {} : { unread }),
  }
}
