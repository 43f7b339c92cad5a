import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import { CloseCode, ResyncCause, SNAPSHOT_REASON_NAMES, SUBPROTOCOL } from '../../lib/sync/wire/protocol.ts'
import { type Access, FULL_ACCESS } from '../auth/access.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { LogLimit } from '../log-limit.ts'
import type { FleetViews } from '../scope/fleet-view.ts'
import type { HubClient } from './hub-client.ts'
import type { HubStats } from './hub-counters.ts'
import { HubCounters } from './hub-counters.ts'
import type { HubLane, LaneReads } from './hub-lane.ts'
import { HubLanes } from './hub-lanes.ts'
import type { HubLimits } from './limits.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import { offeredProtocol, refuse } from './refuse.ts'
import { webSocketOptions } from './ws-options.ts'

export interface HubOptions extends LaneReads {
  /** Parts of the fleet; without it only those who may see everything are served. */
  readonly views?: FleetViews
  readonly clock: Clock
  readonly log: Log
  /** Build id that HELLO tells. */
  readonly build: string
  /** In [0, 1); spreads the returns after a restart. */
  readonly random?: () => number
  readonly limits?: Partial<HubLimits>
}

/** Serves the sync protocol to browsers. */
export interface Hub {
  /** Takes an upgrade whose path, Host and Origin are already accepted, of somebody who may see what `access` says. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, access?: Access): void
  /** Sessions that somebody looks with, by public id. */
  sessions(): ReadonlySet<string>
  /** How many connections a session has. */
  streamsOf(session: string): number
  /** Closes the connections of a session. */
  closeSession(session: string, code: CloseCode, reason: string): void
  stats(): HubStats
  /** Sends everybody away with 4012 and a time to come back; resolves when the last socket is closed. */
  close(): Promise<void>
}

const MIN_RETRY_AFTER_MS = 500
/** How long whoever may not look any more may take to answer that it goes. */
const FAREWELL_MS = 900
const RETRY_AFTER_SPREAD_MS = 1500

interface Connection {
  readonly client: HubClient
  readonly lane: HubLane
  readonly address: string
  readonly access: Access
  /** Ends that it counts as somebody who looks. */
  readonly leave: () => void
  pingedAt: number
  pongDue: number | null
}

export function createHub(options: HubOptions): Hub {
  return new WebSocketHub(options)
}

class WebSocketHub implements Hub {
  private readonly clock: Clock
  private readonly limits: HubLimits
  private readonly counters = new HubCounters()
  private readonly lanes: HubLanes
  private readonly random: () => number
  private readonly server: WebSocketServer
  private readonly errors: LogLimit
  private readonly connections = new Map<WebSocket, Connection>()
  private stopSweep: () => void = () => {}
  private closing: Promise<void> | null = null
  private closed: () => void = () => {}

  constructor(options: HubOptions) {
    const { clock, log, build, views = null } = options
    this.clock = clock
    this.limits = { ...DEFAULT_LIMITS, ...options.limits }
    const { limits, counters } = this
    this.lanes = new HubLanes(options, views, { clock, log, limits, build, counters })
    this.errors = new LogLimit(clock, (fields) => log.info('client_error', fields))
    this.random = options.random ?? Math.random
    this.server = new WebSocketServer(webSocketOptions(limits))
    this.sweepLater()
  }

  handleUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    access: Access = FULL_ACCESS,
    from?: string,
  ): void {
    const { limits, counters } = this
    const protocol = offeredProtocol(request.headers['sec-websocket-protocol'])
    if (protocol === null) {
      counters.refusedUpgrades++
      refuse(socket, 400, `the subprotocol ${SUBPROTOCOL} was not offered`)
      return
    }
    const full = this.connections.size >= limits.sockets
    if (this.closing !== null || full) {
      counters.refusedUpgrades++
      refuse(socket, 503, this.closing === null ? 'too many connections' : 'the server is restarting')
      return
    }
    const address = from ?? request.socket.remoteAddress ?? 'unknown'
    this.server.handleUpgrade(request, socket, head, (webSocket) =>
      this.accept(webSocket, { address, access }, protocol),
    )
  }

  private accept(webSocket: WebSocket, from: Pick<Connection, 'address' | 'access'>, protocol: string): void {
    const { address, access } = from
    const { clock, limits } = this
    const lane = this.lanes.of(access.scope)
    const client = lane.join({
      // A failed send is followed by 'close'; there is nothing more to do about it here.
      send: (frame) => webSocket.send(frame, () => {}),
      close: (code, reason) => webSocket.close(code, reason),
    })
    const connection: Connection = {
      ...{ ...from, client, lane, leave: lane.context.fleet.look() },
      pingedAt: clock.now(),
      pongDue: null,
    }
    const sameAddress = [...this.connections.values()].filter((other) => other.address === address).length
    this.connections.set(webSocket, connection)
    this.listen(webSocket, connection)
    if (protocol !== SUBPROTOCOL) client.close(CloseCode.Protocol, `this server speaks ${SUBPROTOCOL}: reload the page`)
    else if (sameAddress >= limits.socketsPerAddress) {
      client.close(CloseCode.Limit, 'too many connections from this address')
    }
  }

  private listen(webSocket: WebSocket, connection: Connection): void {
    const { client, lane } = connection
    webSocket.on('message', (bytes, isBinary) => {
      if (!isBinary || !Buffer.isBuffer(bytes)) client.close(CloseCode.Protocol, 'only binary messages')
      else client.receive(bytes)
    })
    webSocket.on('pong', () => {
      connection.pongDue = null
    })
    webSocket.on('error', (error: NodeJS.ErrnoException) => {
      this.errors.add(error.code ?? error.name, { address: connection.address, error })
    })
    webSocket.on('close', () => {
      lane.leave(client)
      connection.leave()
      this.connections.delete(webSocket)
      if (this.closing !== null && this.connections.size === 0) this.closed()
    })
  }

  sessions(): ReadonlySet<string> {
    const all = new Set<string>()
    for (const { access } of this.connections.values()) if (access.session !== null) all.add(access.session)
    return all
  }

  streamsOf(session: string): number {
    let count = 0
    for (const { access } of this.connections.values()) if (access.session === session) count++
    return count
  }

  closeSession(session: string, code: CloseCode, reason: string): void {
    for (const [webSocket, { client, access }] of this.connections) {
      if (access.session !== session) continue
      client.close(code, reason)
      // A closing handshake that nobody answers would keep the socket for seconds.
      const cancel = this.clock.after(FAREWELL_MS, () => webSocket.terminate())
      webSocket.once('close', cancel)
    }
  }

  private sweepLater(): void {
    const { clock, limits } = this
    this.stopSweep = clock.after(limits.sweepMs, () => {
      this.sweep()
      this.sweepLater()
    })
  }

  private sweep(): void {
    for (const [webSocket, connection] of this.connections) this.checkPong(webSocket, connection)
    this.lanes.sweep()
    this.errors.sweep()
  }

  private checkPong(webSocket: WebSocket, connection: Connection): void {
    const { clock, limits, counters } = this
    const now = clock.now()
    if (connection.pongDue !== null && now > connection.pongDue) {
      // No closing handshake: whoever does not answer a ping would not answer that either.
      connection.pongDue = Number.POSITIVE_INFINITY
      counters.closed(1006)
      webSocket.terminate()
    } else if (connection.pongDue === null && now - connection.pingedAt >= limits.pingMs) {
      connection.pingedAt = now
      connection.pongDue = now + limits.pongTimeoutMs
      webSocket.ping()
    }
  }

  stats(): HubStats {
    const { counters, lanes } = this
    const clients = [...this.connections.values()].map((connection) => connection.client)
    const { frames, bytes, heartbeats, deltas, badMessages, rateLimited, refusedUpgrades } = counters
    return {
      clients: clients.length,
      details: lanes.details,
      paused: clients.filter((client) => client.isPaused).length,
      worstLag: clients.reduce((worst, client) => Math.max(worst, client.lag), 0),
      ...{ frames, bytes, heartbeats, deltas, badMessages, rateLimited, refusedUpgrades },
      framesMade: lanes.frames.made,
      framesShared: lanes.frames.shared,
      snapshots: Object.fromEntries(SNAPSHOT_REASON_NAMES.map((name, code) => [name, counters.snapshots[code]!])),
      auditMismatches: counters.resyncs[ResyncCause.Audit]!,
      malformedFrames: counters.resyncs[ResyncCause.Malformed]!,
      gaps: counters.resyncs[ResyncCause.Gap]!,
      closes: Object.fromEntries(counters.closes),
    }
  }

  close(): Promise<void> {
    this.closing ??= new Promise((resolve) => {
      this.closed = resolve
      this.stopSweep()
      this.errors.flush()
      this.lanes.close()
      for (const { client } of this.connections.values()) {
        client.restart(MIN_RETRY_AFTER_MS + Math.floor(this.random() * RETRY_AFTER_SPREAD_MS))
      }
      this.server.close()
      if (this.connections.size === 0) resolve()
    })
    return this.closing
  }
}
