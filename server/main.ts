import { randomBytes } from 'node:crypto'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type DomscopeError, findDomscopeError } from '../lib/errors/domscope-error.ts'
import { type LibvirtUri, parseLibvirtUri } from '../lib/libvirt/uri.ts'
import { redactUri } from '../lib/libvirt/uri-names.ts'
import { type Auth, openAuth } from './auth/auth.ts'
import { limitScreens } from './auth/links/limit-screens.ts'
import { readLinks, writeLinks } from './auth/links/link-file.ts'
import { WallLinks } from './auth/links/wall-links.ts'
import { passwordLine, processTerminal } from './auth/password/hash-command.ts'
import { peerList } from './auth/proxy-peers.ts'
import { SessionStore } from './auth/session-store.ts'
import { watchStreams } from './auth/watch-streams.ts'
import { systemClock } from './clock.ts'
import { oneLine } from './config/config-error.ts'
import { nodeWarning } from './config/node-release.ts'
import { forwardCommand } from './config/ssh-hop.ts'
import { isLoopbackAddress } from './config/values.ts'
import { type Config, processSources, readCommand } from './config.ts'
import { createDevPages } from './dev.ts'
import { createFleet, type Fleet } from './fleet/fleet.ts'
import { createHistory, type History } from './history/create-history.ts'
import { loadSite } from './http/assets.ts'
import { TlsFiles } from './http/edge/tls-files.ts'
import { HttpServer } from './http/http-server.ts'
import { createSitePages, type Pages } from './http/pages.ts'
import type { RequestPolicy } from './http/request-policy.ts'
import type { BuildFacts } from './http/route.ts'
import { createHub, type Hub } from './hub/hub.ts'
import { checkHost, formatCheckReport } from './libvirt/check.ts'
import { ReplyBuffers } from './libvirt/reply-buffers.ts'
import { ExitCode, exitOnFaults, exitOnSignals, type StopStep, stopInOrder } from './lifecycle.ts'
import { type Log, stderrLog, withFields } from './log.ts'
import { ConnectGate } from './poll/connect-gate.ts'
import { startHostPoller } from './poll/host-poller.ts'
import { ScopeRegistry } from './scope/scope-registry.ts'
import { startSim } from './sim/start-sim.ts'

declare const __DOMSCOPE_VERSION__: string
declare const __DOMSCOPE_BUILD__: string

const VERSION = typeof __DOMSCOPE_VERSION__ === 'string' ? __DOMSCOPE_VERSION__ : 'dev'
const BUILD = typeof __DOMSCOPE_BUILD__ === 'string' ? __DOMSCOPE_BUILD__ : 'dev'

const clock = systemClock
/** Written as configured, once that is known. */
let log: Log = stderrLog()

/** A connection to watch, configured or simulated. */
interface Target {
  readonly name: string
  readonly uri: LibvirtUri
  readonly simulated?: boolean
}

async function main(): Promise<void> {
  const command = readCommand(processSources())
  switch (command.kind) {
    case 'print':
      process.stdout.write(command.text)
      return
    case 'version':
      process.stdout.write(`domscope ${VERSION} (build ${BUILD})\n`)
      return
    case 'hash':
      process.stdout.write(await passwordLine(command.user, processTerminal()))
      return
    case 'check':
      log = stderrLog(command.config.log)
      tellUnread(command.config)
      process.exitCode = await check(command.config)
      return
    case 'serve':
      log = stderrLog(command.config.log)
      tellUnread(command.config)
      await serve(command.config)
  }
}

function tellUnread({ unread }: Config): void {
  for (const message of unread) log.warn('config.unread', { message })
}

/** Starts everything, in an order in which whatever fails can be undone; returns when it serves. */
async function serve(config: Config): Promise<void> {
  /** What runs, newest first: that is the order to stop in. */
  const running: StopStep[] = []
  const stop = () => stopInOrder(running, clock, log)
  exitOnFaults(process, log)
  exitOnSignals(process, log, stop)
  try {
    await start(config, running)
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(config: Config, running: StopStep[]): Promise<void> {
  const logins = openLogins(config, running)
  const pages = await openPages(config)
  running.unshift({ name: 'pages', deadlineMs: 300, stop: () => pages.close() })
  const targets = await openTargets(config, running)
  const fleet = createFleet({ clock, simulated: config.sim !== null })
  running.unshift({ name: 'fleet', deadlineMs: 100, stop: () => fleet.close() })
  const hostRows = targets.map(({ name, uri }) => fleet.addHost(name, redactUri(uri)))
  const history = startHistory(config, fleet)
  running.unshift({ name: 'history', deadlineMs: 100, stop: () => history.close() })
  const labels = new Map(config.hosts.map(({ name, labels }) => [name, labels]))
  const whole = { fleet, samples: fleet.samples, history: history.reader, events: fleet.events, labels }
  const views = new ScopeRegistry(whole, clock)
  running.unshift({ name: 'scopes', deadlineMs: 100, stop: () => views.close() })
  const hub = createHub({
    ...{ ...whole, views, clock, log, build: BUILD },
    limits: hubLimits(config),
  })
  running.unshift({ name: 'streams', deadlineMs: 100, stop: watchStreams(logins.sessions, hub, clock) })
  const http: HttpServer = new HttpServer({
    limits: config.limits,
    basePath: config.basePath,
    tls: config.tls === null ? null : new TlsFiles(config.tls, clock, log),
    policy: requestPolicy(config),
    context: {
      ...{ ...logins, auth: limited(logins, hub), log, random: randomBytes },
      ...{ ...whole, views },
      clock,
      build: buildFacts(config),
      links: config.links,
      startedAt: clock.now(),
      counts: () => ({ ...http.counts, clients: hub.stats().clients, saturatedCells: fleet.saturatedCells }),
    },
    pages,
    hub,
    clock,
    log,
    random: Math.random,
  })
  const { host } = config.listen
  const { port } = await http.listen(host, config.listen.port)
  running.unshift({
    name: 'http',
    deadlineMs: 2500,
    stop: async () => {
      await Promise.all([hub.close(), http.close(1500)])
    },
  })
  startPollers(config, targets, hostRows, fleet, running)
  announce(config, port, logins.auth)
}

function requestPolicy({ allowedHosts, listen, trustedProxies }: Config): RequestPolicy {
  return {
    names: new Set(allowedHosts),
    addresses: !isLoopbackAddress(listen.host),
    trusted: peerList(trustedProxies, 'trustedProxies'),
  }
}

function startPollers(
  config: Config,
  targets: readonly Target[],
  hostRows: readonly number[],
  fleet: Fleet,
  running: StopStep[],
): void {
  const connectGate = new ConnectGate()
  const { intervalMs, dutyPercent } = config
  const session = { ...sessionOptions(config), buffers: new ReplyBuffers(clock) }
  const stopPollers = targets.map(({ name, uri, simulated = false }, i) =>
    startHostPoller({
      host: hostRows[i]!,
      uri,
      simulated,
      fleet,
      clock,
      random: Math.random,
      intervalMs,
      dutyPercent,
      connectGate,
      log: withFields(log, { hostName: name }),
      ...session,
    }),
  )
  running.unshift({
    name: 'pollers',
    deadlineMs: 1000,
    stop: async () => {
      await Promise.all(stopPollers.map((stopPoller) => stopPoller()))
    },
  })
}

interface Logins {
  readonly sessions: SessionStore
  readonly auth: Auth
  readonly wallLinks: WallLinks | null
}

/** The logins of which a link has no more streams than it may. */
function limited({ auth, wallLinks }: Logins, hub: Hub): Auth {
  if (wallLinks === null) return auth
  return { ...auth, authenticator: limitScreens(auth.authenticator, wallLinks, (session) => hub.streamsOf(session)) }
}

/** Who is logged in, and how one gets there. */
function openLogins(config: Config, running: StopStep[]): Logins {
  const sessions = new SessionStore(clock, randomBytes)
  const auth = openAuth(config.auth, { sessions, clock, log, random: randomBytes })
  const file = join(config.stateDir, 'wall-links.json')
  const keeper = {
    read: () => readLinks(file),
    write: (links: Parameters<typeof writeLinks>[1]) => writeLinks(file, links),
  }
  // Without a login everybody sees everything without a link; no file is looked for.
  const wallLinks =
    auth.mode === 'loopback' ? null : new WallLinks({ clock, random: randomBytes, sessions, keeper, log })
  running.unshift({
    name: 'logins',
    deadlineMs: 100,
    stop: () => {
      auth.close()
      wallLinks?.close()
      sessions.close()
    },
  })
  return { sessions, auth, wallLinks }
}

function announce({ listen, basePath, tls, ssh, allowedHosts }: Config, port: number, auth: Auth): void {
  const shown = listen.host.includes(':') ? `[${listen.host}]` : listen.host
  const scheme = tls === null ? 'http' : 'https'
  process.stdout.write(`domscope listening on ${scheme}://${shown}:${port}${basePath}\n`)
  const everywhere = listen.host === '0.0.0.0' || listen.host === '::'
  const hint = auth.hint(`${scheme}://${everywhere ? (allowedHosts[0] ?? '127.0.0.1') : shown}:${port}${basePath}`)
  if (hint !== null) process.stdout.write(`${hint}\n`)
  if (auth.insecure) log.warn('insecure', { message: 'There is no login: everybody who reaches this sees everything.' })
  if (ssh !== null) process.stdout.write(`${forwardCommand(ssh, { host: listen.host, port })}\n`)
  const warning = nodeWarning(process.version, clock.wall())
  if (warning !== null) log.warn('node.end_of_life', { message: warning })
  log.info('listening', { host: listen.host, port, version: VERSION, build: BUILD, node: process.version })
}

/** Records what the fleet samples, in the memory that was set or that the domains found need. */
function startHistory({ historyMiB, intervalMs }: Config, fleet: Fleet): History {
  // Within a container its own limit counts; where there is none, this is 0 or more than there is.
  const limit = process.constrainedMemory()
  return createHistory({
    fleet,
    samples: fleet.samples,
    clock,
    log,
    intervalMs,
    budgetBytes: historyMiB === null ? null : historyMiB * 1024 * 1024,
    machineBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
    announce: (line) => process.stdout.write(`${line}\n`),
  })
}

function openPages(config: Config): Promise<Pages> | Pages {
  if (config.dev) return createDevPages(process.cwd(), config.listen.host, config.listen.port, config.basePath)
  return createSitePages(loadSite(besideUs('public'), config.basePath))
}

/** Everything to connect to; the simulated fleet is started if it was asked for. */
async function openTargets({ hosts, sim }: Config, running: StopStep[]): Promise<readonly Target[]> {
  if (sim === null) return hosts
  const fleet = await startSim({ options: sim.options, entry: besideUs('sim.mjs'), log })
  running.unshift({ name: 'simulation', deadlineMs: 1000, stop: () => fleet.stop() })
  const simulated = fleet.hosts.map(({ name, socket }) => ({
    name,
    uri: parseLibvirtUri(`qemu+unix:///system?socket=${encodeURIComponent(socket)}`),
    simulated: true,
  }))
  return [...hosts, ...simulated]
}

/** Path of a file that is built into the folder of this one. */
function besideUs(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}

function buildFacts({ dev, nodeEnv }: Config): BuildFacts {
  return { version: VERSION, build: BUILD, mode: dev ? 'development' : 'production', nodeEnv, node: process.version }
}

function hubLimits({ limits }: Config) {
  const { streams, streamsPerAddress, streamsPerSecond } = limits
  return { sockets: streams, socketsPerAddress: streamsPerAddress, upgradesPerSecond: streamsPerSecond }
}

function sessionOptions({ runtimeDir }: Config): { runtimeDir?: string } {
  return runtimeDir === null ? {} : { runtimeDir }
}

/** `--check`: one report a host, on stdout. */
async function check(config: Config): Promise<ExitCode> {
  const running: StopStep[] = []
  try {
    const targets = await openTargets(config, running)
    const gate = new ConnectGate()
    const { intervalMs, dutyPercent } = config
    const options = { clock, log, intervalMs, dutyPercent, ...sessionOptions(config) }
    const checkOne = async ({ name, uri }: Target) => {
      const leave = await gate.enter()
      try {
        return { name, report: await checkHost(uri, options) }
      } finally {
        leave()
      }
    }
    const checked = await Promise.all(targets.map(checkOne))
    for (const { name, report } of checked) process.stdout.write(`${name}\n${formatCheckReport(report)}\n`)
    return checked.every(({ report }) => report.ok) ? ExitCode.Done : ExitCode.Failed
  } finally {
    await stopInOrder(running, clock, log)
  }
}

/** Ends after a failed start: one line for the user's mistakes and the machine's, the log for faults of ours. */
function giveUp(error: unknown): void {
  const known: DomscopeError | null = findDomscopeError(error)
  if (known === null || known.code === 'INTERNAL') {
    log.error('fault', { error, stack: error instanceof Error ? error.stack : String(error) })
    process.exit(ExitCode.Fault)
  }
  process.stderr.write(`${oneLine(known)}\n`)
  process.exit(CONFIG_CODES.has(known.code) ? ExitCode.Config : ExitCode.Failed)
}

const CONFIG_CODES = new Set(['BAD_CONFIG', 'NO_HOSTS'])

// Whoever reads our output may stop reading: `domscope --help | head -1`.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
main().catch(giveUp)
