import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import type { Call } from '../../lib/libvirt/call.ts'
import { AuthType, CONNECT_READ_ONLY, Feature } from '../../lib/libvirt/constants.ts'
import { driverLimits } from '../../lib/libvirt/driver-stats.ts'
import { remoteCode } from '../../lib/libvirt/error-payload.ts'
import { EventId } from '../../lib/libvirt/events.ts'
import {
  authList,
  authPolkit,
  connectOpen,
  getHostname,
  getLibVersion,
  getType,
  getUri,
  getVersion,
  supportsFeature,
} from '../../lib/libvirt/procedures/connection.ts'
import { eventRegisterAny } from '../../lib/libvirt/procedures/event-registration.ts'
import { nodeGetInfo } from '../../lib/libvirt/procedures/node.ts'
import type { LibvirtUri } from '../../lib/libvirt/uri.ts'
import { nameForOpen } from '../../lib/libvirt/uri-names.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { HostSession } from './host-session.ts'
import { readHostUuid } from './host-uuid.ts'
import type { SessionListeners } from './libvirt-session.ts'
import { LibvirtSession } from './libvirt-session.ts'
import { Listeners } from './listeners.ts'
import { noAnswer, OLDEST_VERSION, openingError, polkitError, saslUnsupported, tooOld } from './opening-errors.ts'
import { ReplyBuffers } from './reply-buffers.ts'
import { RpcClient } from './rpc-client.ts'
import { findStatsWay } from './stats-way.ts'
import { dial } from './transport/registry.ts'
import { CONNECT_TIMEOUT_MS } from './transport/transport.ts'

export interface OpenSessionOptions {
  readonly clock: Clock
  readonly log: Log
  /** For the connect; default 3 s. */
  readonly connectTimeoutMs?: number
  /** Largest message to accept; default and maximum 32 MiB + 4. */
  readonly maxMessageBytes?: number
  /** What XDG_RUNTIME_DIR says, for session daemons; default /run/user/UID. */
  readonly runtimeDir?: string
  /** Memory for replies, best shared by all sessions; without it the session has its own. */
  readonly buffers?: ReplyBuffers
}

/** For each step of opening after the first: drivers may take seconds to wake. */
const STEP_MS = 10_000

/**
 * Events to register for; a daemon that does not know one of them goes without.
 *
 * @remarks All but three: I/O errors and block jobs come twice, and the older form tells less; guests set their clock
 * every few minutes, which would drown what matters.
 */
const EVENTS: readonly EventId[] = Object.values(EventId).filter(
  (id) => id !== EventId.IoError && id !== EventId.BlockJob && id !== EventId.RtcChange,
)

/** First libvirt that reports how long a vCPU waited for a host CPU. */
const DELAY_VERSION = 7_002_000

/**
 * Connects to a daemon and opens its driver, read-only.
 *
 * @remarks Rejects with a DomscopeError that names the way it failed, with a remedy: see `transport/unix-errors.ts`,
 * `transport/ssh-errors.ts` and `opening-errors.ts`. Nothing stays open then.
 */
export async function openSession(uri: LibvirtUri, options: OpenSessionOptions): Promise<HostSession> {
  const transport = await dial(uri, {
    clock: options.clock,
    connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    runtimeDir: options.runtimeDir ?? null,
  })
  const listeners: SessionListeners = { events: new Listeners(), link: new Listeners() }
  const buffers = options.buffers ?? new ReplyBuffers(options.clock)
  const client = new RpcClient(transport, {
    clock: options.clock,
    log: options.log,
    buffers,
    ...(options.maxMessageBytes === undefined ? {} : { maxMessageBytes: options.maxMessageBytes }),
    onEvent: (event) => listeners.events.emit(event),
    onBusy: (busy) => listeners.link.emit(busy ? 'busy' : 'ok'),
  })
  try {
    await authenticate(client, transport.endpoint, transport.firstAnswerMs)
    await client.call(connectOpen(nameForOpen(uri), CONNECT_READ_ONLY), STEP_MS)
    const opened = await readHost(client)
    return new LibvirtSession({ client, clock: options.clock, ...opened, listeners, buffers })
  } catch (error) {
    client.close()
    throw openingError(error, uri, transport.endpoint, client.firstWords)
  }
}

async function authenticate(client: RpcClient, endpoint: string, firstAnswerMs: number): Promise<void> {
  let types: AuthType[]
  try {
    types = await client.call(authList, firstAnswerMs)
  } catch (error) {
    throw findDomscopeError(error)?.code === 'RPC_TIMEOUT' ? noAnswer(endpoint, firstAnswerMs, error) : error
  }
  const first = types[0] ?? AuthType.None
  if (first === AuthType.Sasl) throw saslUnsupported(endpoint)
  if (first !== AuthType.Polkit) return
  try {
    await client.call(authPolkit, STEP_MS)
  } catch (error) {
    throw polkitError(endpoint, error)
  }
}

async function readHost(client: RpcClient): Promise<Pick<HostSession, 'facts' | 'callbacks'>> {
  const missing: string[] = []
  const hasEvents = await client.call(supportsFeature(Feature.EventCallback), STEP_MS)
  await client.call(getUri, STEP_MS)
  const hostname = await client.call(getHostname, STEP_MS)
  const libvirtVersion = await client.call(getLibVersion, STEP_MS)
  if (libvirtVersion < OLDEST_VERSION) throw tooOld(libvirtVersion)
  if (libvirtVersion < DELAY_VERSION) missing.push('steal: libvirt before 7.2 does not report vcpu.N.delay')
  const hypervisorVersion = await orElse(client, getVersion, 0, missing, 'the hypervisor has no version')
  const type = await client.call(getType, STEP_MS)
  const stats = await findStatsWay(client, type, STEP_MS)
  missing.push(...driverLimits(type, stats))
  const node = await orElse(client, nodeGetInfo, NO_NODE, missing, 'the driver knows nothing of the machine')
  const hostUuid = await readHostUuid(client, STEP_MS)
  const registered = hasEvents ? await registerEvents(client) : []
  const events = registered.map(({ eventId }) => eventId)
  if (!hasEvents) missing.push('events: changes of state show with the next poll of the roster')
  else if (!events.includes(EventId.Lifecycle))
    missing.push('lifecycle events: changes of state show with the next poll')
  const facts = { hostname, type, libvirtVersion, hypervisorVersion, node, hostUuid, events, stats, missing }
  const ids = registered.map(({ callbackId }) => callbackId)
  return { facts, callbacks: ids.length === 0 ? null : [Math.min(...ids), Math.max(...ids)] }
}

const NO_NODE = { model: '', memoryKiB: 0, cpus: 0, mhz: 0, numaNodes: 0, sockets: 0, cores: 0, threads: 0 }

/** Something nice to know: a daemon that refuses to say it is still a daemon. */
async function orElse<Result>(
  client: RpcClient,
  call: Call<Result>,
  instead: Result,
  missing: string[],
  what: string,
): Promise<Result> {
  try {
    return await client.call(call, STEP_MS)
  } catch (error) {
    if (remoteCode(error) === null) throw error
    missing.push(what)
    return instead
  }
}

/** All at once, as far as the client lets them: over ssh each round trip counts. */
async function registerEvents(client: RpcClient): Promise<Registration[]> {
  const registered = await Promise.all(EVENTS.map((eventId) => registerEvent(client, eventId)))
  return registered.filter((registration) => registration !== null)
}

interface Registration {
  readonly eventId: EventId
  readonly callbackId: number
}

async function registerEvent(client: RpcClient, eventId: EventId): Promise<Registration | null> {
  // Before the call: the first event may overtake the reply.
  client.expectEvent(eventId)
  try {
    return { eventId, callbackId: await client.call(eventRegisterAny(eventId), STEP_MS) }
  } catch (error) {
    if (remoteCode(error) === null) throw error
    return null
  }
}
