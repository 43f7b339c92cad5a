import { findDomscopeError } from '../../../lib/errors/domscope-error.ts'
import { Replica } from '../../../lib/sync/grid/replica.ts'
import type { FleetReader } from '../../fleet/fleet-reader.ts'
import type { Log } from '../../log.ts'
import { silentLog } from '../../log.ts'
import type { ManualClock } from '../../testing/manual-clock.ts'
import { FrameSource } from '../grid/frame-source.ts'
import { HubClient } from '../hub-client.ts'
import type { HubContext } from '../hub-context.ts'
import { HubCounters } from '../hub-counters.ts'
import { DEFAULT_LIMITS } from '../limits.ts'

/** The hub without sockets: what {@link createHub} does at a commit, for clients in memory. */
export class MemoryHub {
  readonly fleet: FleetReader
  readonly context: HubContext
  readonly clients = new Set<HubClient>()
  /** What the server logged as its own errors. */
  readonly failures: string[] = []
  private epoch: Uint8Array

  constructor(fleet: FleetReader, clock: ManualClock) {
    this.fleet = fleet
    const limits = { ...DEFAULT_LIMITS, messagesPerSecond: 1e6, messageBurst: 1e6 }
    const source = new FrameSource(fleet, clock)
    const log: Log = {
      ...silentLog,
      error: (event, fields) => this.failures.push(`${event} ${String(fields?.error)}`),
    }
    this.context = { fleet, clock, log, limits, source, build: 'test', counters: new HubCounters(), details: null }
    this.epoch = fleet.epoch
    source.committed()
    fleet.onCommit(() => this.committed())
  }

  private committed(): void {
    const newEpoch = this.fleet.epoch !== this.epoch
    this.epoch = this.fleet.epoch
    if (newEpoch) this.context.source.newEpoch()
    this.context.source.committed()
    for (const client of this.clients) client.committed(newEpoch)
  }
}

/** A client in memory: its copy, and two queues that are emptied only on request. */
export class MemoryClient {
  readonly replica = new Replica()
  readonly toClient: Uint8Array[] = []
  readonly toServer: Uint8Array[] = []
  readonly errors: string[] = []
  closeCode: number | null = null
  private client: HubClient | null = null
  private hub: MemoryHub | null = null
  private readonly clock: ManualClock

  constructor(clock: ManualClock) {
    this.clock = clock
  }

  get connected(): boolean {
    return this.client !== null
  }

  connect(hub: MemoryHub): void {
    if (this.client !== null) return
    this.hub = hub
    this.closeCode = null
    const client = new HubClient(hub.context, {
      send: (frame) => this.toClient.push(frame),
      close: (code) => {
        this.closeCode = code
        this.disconnect()
      },
    })
    this.client = client
    hub.clients.add(client)
    this.toServer.push(this.replica.openMessage())
  }

  /** Loses the connection and everything under way. */
  disconnect(): void {
    if (this.client !== null) {
      this.client.gone()
      this.hub?.clients.delete(this.client)
    }
    this.client = null
    this.toClient.length = 0
    this.toServer.length = 0
  }

  send(message: Uint8Array): void {
    if (this.client !== null) this.toServer.push(message)
  }

  /** Delivers up to `count` frames. The bytes are garbled afterwards: nobody may have kept them. */
  receive(count: number): void {
    for (let i = 0; i < count && this.toClient.length > 0; i++) {
      const bytes = new Uint8Array(this.toClient.shift()!)
      try {
        const received = this.replica.receive(bytes, this.clock.now())
        bytes.fill(0xaa)
        if (received.kind === 'applied') this.send(received.ack)
      } catch (error) {
        const known = findDomscopeError(error)
        this.errors.push(
          known === null ? String(error) : `${known.code} ${known.message} ${JSON.stringify(known.detail)}`,
        )
        this.disconnect()
      }
    }
  }

  /** Delivers up to `count` messages to the server. */
  deliver(count: number): void {
    for (let i = 0; i < count && this.toServer.length > 0; i++) {
      const bytes = new Uint8Array(this.toServer.shift()!)
      this.client?.receive(bytes)
      bytes.fill(0x55)
    }
  }

  /** Delivers everything both ways until nothing is under way. */
  flush(): void {
    while (this.toServer.length > 0 || this.toClient.length > 0) {
      this.deliver(this.toServer.length)
      this.receive(this.toClient.length)
    }
  }

  checkTime(): void {
    this.client?.checkTime()
  }
}
