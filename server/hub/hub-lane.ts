import { ByteWriter } from '../../lib/sync/wire/byte-writer.ts'
import type { Clock } from '../clock.ts'
import type { EventReader } from '../fleet/events/event-reader.ts'
import type { FleetReader } from '../fleet/fleet-reader.ts'
import type { HistoryReader } from '../fleet/history-reader.ts'
import type { SampleReader } from '../fleet/sample-reader.ts'
import type { Log } from '../log.ts'
import { DetailBoard } from './detail/detail-board.ts'
import type { DetailContext } from './detail/detail-desk.ts'
import { EventFeed } from './event-feed.ts'
import type { ColumnSet } from './grid/column-set.ts'
import { FrameSource } from './grid/frame-source.ts'
import { HubClient } from './hub-client.ts'
import type { ClientSocket, HubContext } from './hub-context.ts'
import type { HubCounters } from './hub-counters.ts'
import type { HubLimits } from './limits.ts'

/** What a lane reads. Without samples no details are served, without history they have no past, without events none are told. */
export interface LaneReads {
  readonly fleet: FleetReader
  readonly samples?: SampleReader
  readonly history?: HistoryReader
  readonly events?: EventReader
}

/** What all lanes of a hub have in common. */
export interface LaneShares {
  readonly clock: Clock
  readonly log: Log
  readonly limits: HubLimits
  readonly build: string
  readonly counters: HubCounters
}

/**
 * The clients that may see the same part of the fleet: what one of them needs is made once for all.
 *
 * @remarks A lane knows nothing of other parts. Rows, dictionaries, offsets and epoch are those of its own fleet.
 */
export class HubLane {
  readonly context: HubContext
  private readonly clients = new Set<HubClient>()
  private readonly stopListening: () => void
  private readonly release: () => void
  private epoch: Uint8Array

  /**
   * @param scope - In words, as HELLO tells it.
   * @param release - Called when the lane is closed: nothing of `reads` is needed any more.
   */
  constructor(reads: LaneReads, shares: LaneShares, scope: string, release: () => void = () => {}) {
    const { fleet } = reads
    this.context = {
      ...{ ...shares, fleet },
      source: new FrameSource(fleet, shares.clock, scope),
      details: this.detailContext(reads, shares),
    }
    this.release = release
    this.epoch = fleet.epoch.slice()
    this.stopListening = fleet.onCommit(() => this.committed())
    this.context.source.committed()
  }

  get isEmpty(): boolean {
    return this.clients.size === 0
  }

  /** Details that are open. */
  get details(): number {
    return this.context.details?.board.details ?? 0
  }

  join(socket: ClientSocket): HubClient {
    const client = new HubClient(this.context, socket)
    this.clients.add(client)
    return client
  }

  leave(client: HubClient): void {
    client.gone()
    this.clients.delete(client)
  }

  /** Looks at what only the time tells; to be called now and then. */
  sweep(): void {
    const sets = new Set<ColumnSet>()
    for (const client of this.clients) {
      client.checkTime()
      sets.add(client.set)
    }
    this.context.source.keepSets(sets)
  }

  /** Sends nothing any more. */
  close(): void {
    this.stopListening()
    this.context.details?.feed?.close()
    this.context.details?.board.close()
    this.release()
  }

  private committed(): void {
    const { fleet, source } = this.context
    const newEpoch = fleet.epoch.some((byte, i) => byte !== this.epoch[i])
    if (newEpoch) {
      this.epoch = fleet.epoch.slice()
      source.newEpoch()
    }
    source.committed()
    for (const client of this.clients) client.committed(newEpoch)
  }

  private detailContext(reads: LaneReads, { clock, log, limits }: LaneShares): DetailContext | null {
    const { fleet, samples, history = null, events = null } = reads
    if (samples === undefined) return null
    const ready = () => {
      for (const client of this.clients) client.eventsReady()
    }
    return {
      ...{ fleet, samples, history, events, clock },
      board: new DetailBoard(samples, (error) => log.error('detail_failed', { error })),
      writer: new ByteWriter(64 << 10),
      feed: events === null ? null : new EventFeed(events, clock, ready),
      detailsPerClient: limits.detailsPerClient,
      details: limits.details,
    }
  }
}
