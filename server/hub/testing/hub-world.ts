import { once } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import WebSocket from 'ws'
import { Replica } from '../../../lib/sync/grid/replica.ts'
import { parseFrame } from '../../../lib/sync/wire/frame.ts'
import { FrameType, SUBPROTOCOL } from '../../../lib/sync/wire/protocol.ts'
import { type Access, FULL_ACCESS } from '../../auth/access.ts'
import type { LogFields } from '../../log.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import type { Hub } from '../hub.ts'
import { createHub } from '../hub.ts'
import type { HubLimits } from '../limits.ts'
import { TableFleet } from './table-fleet.ts'

/** A hub behind a real HTTP server on loopback. Time and commits are the test's. */
export class HubWorld {
  readonly clock = new ManualClock()
  readonly fleet = new TableFleet(this.clock, 7)
  readonly hub: Hub
  readonly server: Server
  /** Of those who connect from now on. */
  access: Access = FULL_ACCESS
  /** What was logged: event and fields. */
  readonly logged: [event: string, fields: LogFields][] = []
  private readonly sockets = new Set<Socket>()
  private readonly clients: HubTestClient[] = []

  constructor(limits: Partial<HubLimits> = {}, rows = 20) {
    this.fleet.addHost('kvm-01')
    for (let row = 0; row < rows; row++) {
      this.fleet.bear(0, `domain-${row}`)
      this.fleet.setWord('state', row, 'running')
      this.fleet.set('cpuPercent', row, 0x4000 + row)
    }
    this.fleet.commit()
    const { fleet, clock } = this
    const note = (event: string, fields: LogFields = {}): void => void this.logged.push([event, fields])
    const log = { info: note, warn: note, error: note }
    this.hub = createHub({ fleet, clock, log, build: 'test-build', random: () => 0.5, limits })
    this.server = createServer()
    this.server.on('connection', (socket) => {
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
    })
    this.server.on('upgrade', (request, socket, head) => this.hub.handleUpgrade(request, socket, head, this.access))
  }

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    return this
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/api/v1/stream`
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.socket.terminate()
    for (const socket of this.sockets) socket.destroy()
    this.server.close()
    await this.hub.close()
  }

  /** A client whose socket is open; it has said nothing yet. */
  async connect(replica = new Replica(), protocol = SUBPROTOCOL): Promise<HubTestClient> {
    const client = new HubTestClient(new WebSocket(this.url, protocol), replica, this.clock)
    this.clients.push(client)
    await once(client.socket, 'open')
    return client
  }

  /** A client that has these columns whole. */
  async follow(columns: readonly string[], replica = new Replica()): Promise<HubTestClient> {
    const client = await this.connect(replica)
    replica.want(columns, ['hostCpuPercent'])
    client.open()
    await client.until(() => replica.ready)
    return client
  }
}

/** One WebSocket and the copy behind it. Acknowledges by itself unless told not to. */
export class HubTestClient {
  readonly socket: WebSocket
  readonly replica: Replica
  readonly frames: { type: number; flags: number; offset: number; base: number; bytes: number }[] = []
  readonly handshake: Promise<IncomingMessage>
  readonly closed: Promise<{ code: number; reason: string }>
  acknowledges = true
  private readonly held: Uint8Array[] = []
  private readonly waiting = new Set<() => void>()

  constructor(socket: WebSocket, replica: Replica, clock: ManualClock) {
    this.socket = socket
    this.replica = replica
    socket.binaryType = 'nodebuffer'
    this.handshake = new Promise((resolve) => socket.once('upgrade', resolve))
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    })
    socket.on('error', () => {})
    socket.on('message', (bytes) => {
      const frame = new Uint8Array(bytes as Buffer)
      this.note(frame)
      const received = replica.receive(frame, clock.now())
      if (received.kind === 'applied') this.acknowledge(received.ack)
      for (const check of [...this.waiting]) check()
    })
  }

  private note(bytes: Uint8Array): void {
    const { type, flags, offset, base } = parseFrame(bytes)
    this.frames.push({ type, flags, offset, base, bytes: bytes.length })
  }

  private acknowledge(ack: Uint8Array): void {
    if (this.acknowledges) this.socket.send(ack)
    else this.held.push(ack)
  }

  open(): void {
    this.socket.send(this.replica.openMessage())
  }

  send(message: Uint8Array): void {
    this.socket.send(message)
  }

  /** Sends the acknowledgements that were held back. */
  release(): void {
    this.acknowledges = true
    for (const ack of this.held.splice(0)) this.socket.send(ack)
  }

  get ticks() {
    return this.frames.filter((frame) => frame.type === FrameType.Tick)
  }

  get snapshots() {
    return this.frames.filter((frame) => frame.type === FrameType.Snapshot)
  }

  /** Resolves when a frame made `condition` true; rejects when the connection ends before. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!condition()) return
        this.waiting.delete(check)
        resolve()
      }
      this.waiting.add(check)
      void this.closed.then(({ code }) => reject(new Error(`closed with ${code} while waiting`)))
      check()
    })
  }

  /** Everything that the server sent before the pong has arrived: frames keep their order. */
  async settled(): Promise<void> {
    const pong = once(this.socket, 'pong')
    this.socket.ping()
    await pong
  }
}
