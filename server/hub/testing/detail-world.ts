import { buildReply, monitorParams, type Param, ullong } from '../../../lib/ingest/testing/record-builder.ts'
import { type DetailChange, DetailCopy } from '../../../lib/sync/detail/detail-copy.ts'
import { readClock } from '../../../lib/sync/detail/detail-decode.ts'
import { ServerTime } from '../../../lib/sync/detail/server-time.ts'
import type { TrackPoints } from '../../../lib/sync/detail/track-points.ts'
import { Replica } from '../../../lib/sync/grid/replica.ts'
import { encodeMessage } from '../../../lib/sync/messages/client-messages.ts'
import type { DetailOpen } from '../../../lib/sync/messages/detail-messages.ts'
import { ByteWriter } from '../../../lib/sync/wire/byte-writer.ts'
import { type Frame, parseFrame } from '../../../lib/sync/wire/frame.ts'
import { FrameType, MessageType } from '../../../lib/sync/wire/protocol.ts'
import { Fleet } from '../../fleet/fleet.ts'
import { Lane } from '../../fleet/fleet-writer.ts'
import type { HistoryReader } from '../../fleet/history-reader.ts'
import { silentLog } from '../../log.ts'
import { ManualClock } from '../../testing/manual-clock.ts'
import { DetailBoard } from '../detail/detail-board.ts'
import { EventFeed } from '../event-feed.ts'
import { FrameSource } from '../grid/frame-source.ts'
import { HubClient } from '../hub-client.ts'
import type { HubContext } from '../hub-context.ts'
import { HubCounters } from '../hub-counters.ts'
import { DEFAULT_LIMITS, type HubLimits } from '../limits.ts'

const S = 1_000_000_000
/** The page's clock runs this much ahead of the server's. */
export const PAGE_AHEAD_MS = 500_000

export function uuidOf(last: number): string {
  return `5a5a5a5a-5a5a-5a5a-5a5a-5a5a5a5a5a${last.toString(16).padStart(2, '0')}`
}

export function uuidBytesOf(last: number): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, i) => (i === 15 ? last : 0x5a))
}

/** A fleet of two hosts and the hub over it, without sockets. */
export class DetailWorld {
  readonly clock = new ManualClock()
  readonly fleet: Fleet
  readonly hosts: readonly number[]
  readonly context: HubContext
  readonly board: DetailBoard
  readonly failures: string[] = []
  private readonly clients = new Set<HubClient>()

  constructor(history: HistoryReader | null = null, changed: Partial<HubLimits> = {}) {
    const { clock } = this
    clock.advance(100_000)
    const fleet = new Fleet({ clock, simulated: false })
    this.fleet = fleet
    this.hosts = ['kvm-01', 'kvm-02'].map((name) => fleet.addHost(name, 'qemu:///system'))
    const limits = { ...DEFAULT_LIMITS, messagesPerSecond: 1e6, messageBurst: 1e6, ...changed }
    const source = new FrameSource(fleet, clock)
    const log = { ...silentLog, error: (event: string, fields?: object) => this.failures.push(`${event} ${fields}`) }
    const feed = new EventFeed(fleet.events, clock, () => {
      for (const client of this.clients) client.eventsReady()
    })
    this.board = new DetailBoard(fleet.samples, (error) => this.failures.push(String(error)))
    const details = {
      ...{ fleet, samples: fleet.samples, history, events: fleet.events, clock, board: this.board, feed },
      ...{ writer: new ByteWriter(), detailsPerClient: limits.detailsPerClient, details: limits.details },
    }
    this.context = { fleet, clock, log, limits, source, build: 'test', counters: new HubCounters(), details }
    fleet.onCommit(() => {
      source.committed()
      for (const client of this.clients) client.committed(false)
    })
    clock.advance(1000)
  }

  add(client: HubClient): void {
    this.clients.add(client)
  }

  remove(client: HubClient): void {
    client.gone()
    this.clients.delete(client)
  }

  /** A monitor reply about one domain, `afterMs` after the last thing that happened. Its vCPUs used `seconds` so far. */
  poll(
    afterMs: number,
    seconds: number,
    { host = 0, last = 7, id = 3, vcpus = [0, 1], disks = ['vda'], more = [] as Param[] } = {},
  ): void {
    this.clock.advance(afterMs)
    const now = this.clock.now()
    const times = vcpus.flatMap((vcpu) => [
      ullong(`vcpu.${vcpu}.time`, Math.round(seconds * S * (vcpu + 1) * 0.1)),
      ullong(`vcpu.${vcpu}.delay`, 0),
    ])
    const params = [...monitorParams({ tick: seconds, vcpus, vcpuEntries: false, disks }), ...times, ...more]
    const timing = { sentAt: now, firstByteAt: now, endAt: now, suspect: false }
    this.fleet.ingest(
      this.hosts[host]!,
      Lane.Monitor,
      buildReply([{ name: `vm-${last}`, uuid: last, id, params }]),
      timing,
      true,
    )
  }

  /** A fast reply about one domain and its only NIC. */
  fast(afterMs: number, received: number): void {
    this.clock.advance(afterMs)
    const now = this.clock.now()
    const params: Param[] = [
      ['state.state', 1, 1],
      ['state.reason', 1, 1],
      ['net.count', 2, 1],
      ['net.0.name', 7, 'vnet0'],
      ullong('net.0.rx.bytes', received),
    ]
    const timing = { sentAt: now, firstByteAt: now, endAt: now, suspect: false }
    const reply = buildReply([{ name: 'vm-7', uuid: 7, id: 3, params }])
    this.fleet.ingest(this.hosts[0]!, Lane.Fast, reply, timing, true)
  }

  roster(host: number, ...domains: readonly (readonly [last: number, id: number, state: number])[]): void {
    const now = this.clock.now()
    const records = domains.map(([last, id, state]) => ({
      ...{ name: `vm-${last}`, uuid: last, id },
      params: [['state.state', 1, state] as const, ['state.reason', 1, 1] as const],
    }))
    const timing = { sentAt: now, firstByteAt: now, endAt: now, suspect: false }
    this.fleet.ingest(this.hosts[host]!, Lane.Roster, buildReply(records), timing, true)
  }

  /** Lets a commit happen. */
  commit(): void {
    this.clock.advance(100)
  }
}

/** A page without a DOM: one connection, and a copy of each domain that it has open. */
export class DetailClient {
  readonly copies = new Map<number, DetailCopy>()
  readonly changes: DetailChange[] = []
  readonly eventFrames: Frame[] = []
  readonly sizes: number[] = []
  /** DETAIL and EVENT frames as they came, if they are kept. */
  readonly kept: Uint8Array[] = []
  keepsFrames = false
  readonly time = new ServerTime()
  closeCode: number | null = null
  /** What the server greeted with. */
  greeting: Uint8Array | null = null
  /** Frames that arrived and were not acknowledged. */
  acknowledges = true
  private taken = 0
  private readonly world: DetailWorld
  private readonly client: HubClient

  constructor(world: DetailWorld) {
    this.world = world
    this.client = new HubClient(world.context, {
      send: (frame) => this.receive(new Uint8Array(frame)),
      close: (code) => {
        this.closeCode = code
      },
    })
    world.add(this.client)
    this.client.receive(new Replica().openMessage())
  }

  private receive(bytes: Uint8Array): void {
    if (bytes[0] === FrameType.Hello) this.greeting = bytes
    if (bytes[0] !== FrameType.Detail && bytes[0] !== FrameType.Event) return
    if (this.keepsFrames) this.kept.push(bytes)
    const frame = parseFrame(bytes)
    this.time.note(readClock(frame), this.world.clock.now() + PAGE_AHEAD_MS)
    if (frame.type === FrameType.Event) this.eventFrames.push(frame)
    else {
      this.sizes.push(bytes.length)
      const copy = this.copies.get(frame.base)
      if (copy !== undefined) this.changes.push(copy.apply(frame, this.time))
    }
    this.taken++
    if (this.acknowledges) this.acknowledge()
  }

  /** Acknowledges everything, when the server is done with what it does: messages do not come in between. */
  private acknowledge(): void {
    this.world.clock.after(0, () => this.acknowledgeNow())
  }

  acknowledgeNow(): void {
    this.client.receive(encodeMessage({ type: MessageType.DetailAck, frames: this.taken }))
  }

  open(request: number, more: Partial<DetailOpen> = {}): DetailCopy {
    const copy = new DetailCopy()
    copy.begin(false)
    this.copies.set(request, copy)
    this.ask(request, more)
    return copy
  }

  ask(request: number, more: Partial<DetailOpen> = {}): void {
    const wanted = { host: 'kvm-01', uuid: uuidBytesOf(7), fromAgeMs: 60_000, toAgeMs: null, pixels: 60, series: [] }
    this.send(encodeMessage({ type: MessageType.DetailOpen, request, ...wanted, ...more }))
  }

  close(request: number): void {
    this.send(encodeMessage({ type: MessageType.DetailClose, request }))
  }

  send(message: Uint8Array): void {
    this.client.receive(message)
    this.world.clock.advance(0)
  }

  gone(): void {
    this.world.remove(this.client)
  }
}

/** The track of a copy, by what it is. */
export function trackOf(copy: DetailCopy, entity: string, identity: string, host = 'kvm-01'): TrackPoints {
  const found = copy.tracks.filter(
    (track) => track.entity === entity && track.identity === identity && track.host === host,
  )
  // Of the domain's own two, the one of the monitor groups.
  return found.at(-1)!
}

/** Values of a series as `[end on the page's clock, least, greatest]`. */
export function pointsOf(track: TrackPoints, id: string): [at: number, low: number, high: number][] {
  const series = track.series.find(({ metric }) => metric.id === id)!
  return Array.from({ length: track.count }, (_, i) => [track.times[i]!, series.low[i]!, series.high[i]!])
}

/** A world in which one domain was sampled once. */
export function startedWorld(): DetailWorld {
  const world = new DetailWorld()
  world.poll(0, 1)
  world.commit()
  return world
}

export function domainRef(last: number, id: number) {
  return { name: `vm-${last}`, uuid: uuidBytesOf(last), id }
}
