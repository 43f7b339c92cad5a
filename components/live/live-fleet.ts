import type { StoreApi } from 'zustand/vanilla'
import type { CodeTable } from '../../lib/columns/code-table.ts'
import type { ViewRequest } from '../../lib/sync/messages/view-request.ts'
import type { DetailFeed } from './live-detail.ts'

export type LiveHostState = 'connecting' | 'up' | 'busy' | 'unreachable'

/** How fresh a host's data are, on the browser's monotonic clock (`performance.now()`). */
export interface LiveFreshness {
  readonly state: LiveHostState
  /** By reading (lib/metrics: the stat groups, and the roster): when all domains were read last; NaN before the first. */
  readonly sampledAt: Float64Array
  /** By reading: the interval that it keeps on this host, in ms. */
  readonly intervalMs: Float64Array
}

/** A row that differs from its host's freshness. */
export interface LiveException {
  /** Bits of the stat groups whose last record was partial. */
  readonly partialGroups: number
  /** Why: a `PartialCause` of lib/metrics. */
  readonly cause: number
  /** By stat group: when the row itself was sampled, on the browser's monotonic clock; NaN as its host, -Infinity never. */
  readonly sampledAt: Float64Array
}

/**
 * The fleet as this tab knows it: plain tables, mutated in place when a frame is applied.
 *
 * @remarks Not React state. Painters listen to `Feed.onFrame`; React parts read the small facts in `Feed.store`.
 */
export interface LiveFleet {
  readonly domains: CodeTable
  readonly hosts: CodeTable
  /**
   * The stamp of the newest change in the tables. It counts the changes that this tab applied, so it goes up with each
   * of them and never back; the server's offsets start over with the server.
   */
  readonly offset: number
  readonly freshness: readonly (LiveFreshness | undefined)[]
  readonly exceptions: ReadonlyMap<number, LiveException>
}

export type FeedStatus =
  /** No answer yet. */
  | 'connecting'
  /** Frames arrive. */
  | 'live'
  /** The connection is lost; a new try is due at `retryAt`. */
  | 'waiting'
  /** The server will not have us; `detail` says why; no retry. */
  | 'refused'

export interface FeedState {
  readonly status: FeedStatus
  readonly detail: string | null
  readonly attempt: number
  /** `performance.now()` of the next try, when waiting. */
  readonly retryAt: number | null
  /** `performance.now()` of the last frame. */
  readonly lastFrameAt: number | null
  /** As {@link LiveFleet.offset}. */
  readonly offset: number
  /** The newest offset that the server told of; comparable only within one life of the server. */
  readonly serverOffset: number
  /** Stamp of the last birth or death of a row. */
  readonly rosterOffset: number
  readonly build: string | null
  /** The server runs another build than this page, or than before. */
  readonly buildChanged: boolean
  readonly simulated: boolean
  /** True when all subscribed columns arrived whole. */
  readonly ready: boolean
  /**
   * While rows come that this tab does not have yet: how many domains there will be. What is added up until then is
   * added up over a part of the fleet. Null when all have come, and while nothing comes.
   */
  readonly domainsToCome: number | null
  /** How often the tables were emptied and filled anew: row numbers from before mean other domains after it. */
  readonly snapshots: number
  /** By the user; a hidden page rests without saying so here. */
  readonly paused: boolean
  /** How many domains the server opens at once for this page. */
  readonly detailLimit: number
  readonly auditMismatches: number
  /** The server's last notice on this connection, in words. */
  readonly notice: string | null
}

/** Something that happened to a domain or a host. */
export interface LiveEvent {
  /** Moment on the browser's monotonic clock (`performance.now()`). */
  readonly at: number
  /** Ms since 1970, of the server's wall clock: a label. */
  readonly wall: number
  readonly host: string
  /** Empty for what happened to a host. */
  readonly uuid: string
  readonly name: string
  readonly kind: string
  readonly text: string
  readonly details: Readonly<Record<string, unknown>>
}

export interface FleetEventFeed {
  /** The newest events of the fleet, newest last; another array after each change. */
  readonly events: readonly LiveEvent[]
  /** Called after events came; returns the undo. */
  onEvents(listener: () => void): () => void
}

export interface Feed extends DetailFeed, FleetEventFeed {
  readonly fleet: LiveFleet
  readonly store: StoreApi<FeedState>
  /** Metric ids (and `state`, `reason`, `host`) to receive for domain rows and host rows. Idempotent. */
  setColumns(domainColumns: readonly string[], hostColumns: readonly string[]): void
  /**
   * Names what the page shows, so that a server which has to send everything sends that first. Asked whenever the feed
   * speaks to the server of it; rows of 0 say nothing.
   */
  setView(read: () => ViewRequest): void
  /** Called after a frame changed the tables; returns the undo. */
  onFrame(listener: (offset: number) => void): () => void
  /** Stops and restarts the stream; the server merges what happened meanwhile. */
  pause(): void
  resume(): void
  /** The page cannot be seen, or can again: rests like {@link Feed.pause}, without changing what the user chose. */
  setHidden(hidden: boolean): void
  /** Connects, and stays connected. Idempotent; undone by {@link Feed.close}, after which it may be opened again. */
  open(): void
  close(): void
}
