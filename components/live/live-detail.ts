import type { StoreApi } from 'zustand/vanilla'
import type { Metric } from '../../lib/metrics/types.ts'

/** One line to draw: the values of one metric of one track. */
export interface DetailSeries {
  readonly metric: Metric
  /** By point, least and greatest value within its span; equal for a single sample; NaN where nothing is known. */
  low: Float64Array
  high: Float64Array
}

/**
 * One thing whose values come together: the domain (one track for each lane), a vCPU, a disk or a NIC.
 *
 * @remarks Plain arrays that grow in place and are replaced when they are full: read them anew for each drawing.
 */
export interface DetailTrack {
  readonly entity: 'domain' | 'vcpu' | 'disk' | 'nic'
  /** vCPU id as text, or the name of the disk or NIC; empty for the domain. */
  readonly identity: string
  /** Host that the values come from: another one before a migration. */
  readonly host: string
  /** Points in use. */
  count: number
  /** By point: when it ends, on the page's monotonic clock (`performance.now()`); strictly rising. */
  times: Float64Array
  /** By point: how much time it stands for, in ms. A point that begins later than the one before it ends follows a gap. */
  spans: Float64Array
  readonly series: readonly DetailSeries[]
  /** Page clock; null when it was there before, and while it is there. */
  since: number | null
  until: number | null
}

/** Something to mark on the time axis: of every chart, or of those of one vCPU, disk or NIC. */
export interface DetailMark {
  /** Page clock. */
  readonly at: number
  /** `event`: a lifecycle or other event of the domain. `handover`: it moved to another host. */
  readonly kind: 'event' | 'reset' | 'handover'
  readonly label: string
  /** What it happened to, when that is not the whole domain. */
  readonly of?: { readonly entity: DetailTrack['entity']; readonly identity: string }
}

/** An event of a domain, decoded, in words. */
export interface DetailEvent {
  readonly at: number
  /** Where it happened. */
  readonly host: string
  /** Wall clock of the server, ISO 8601, as a label. */
  readonly wall: string
  readonly kind: string
  readonly text: string
}

/** The facts beside the numbers: changes seldom, so React may render it. */
export interface DetailState {
  /** `opening` until the first frame; `gone` when the domain does not exist (any more) on this server. */
  readonly status: 'opening' | 'live' | 'ended' | 'gone' | 'disconnected'
  readonly host: string
  readonly uuid: string
  readonly name: string
  readonly id: number
  readonly state: string
  readonly reason: string
  /** Page clock: when the running process started, and whether that was seen or is only the first sight of it. */
  readonly upSince: number | null
  readonly upSinceIsExact: boolean
  /** Everything else that is known, as the API gives it: facts of the XML, job, limits. */
  readonly facts: Readonly<Record<string, unknown>>
  /** How far back history reaches for this domain, in ms. */
  readonly keptMs: number
  /** The range that the points cover: page clock. `to` is Infinity while live. */
  readonly from: number
  readonly to: number
  /** Goes up when tracks or series come or go. */
  readonly tracksVersion: number
  readonly marks: readonly DetailMark[]
  readonly events: readonly DetailEvent[]
  /** Server wall clock minus page clock, in ms: for labels of the time axis. */
  readonly wallOffsetMs: number
}

export interface DetailRange {
  /** The last so many ms, going on live; or a closed stretch of the page clock. */
  readonly lastMs?: number
  readonly from?: number
  readonly to?: number
  /** Points that the picture can show. */
  readonly pixels: number
}

/** One open domain. */
export interface DetailView {
  readonly store: StoreApi<DetailState>
  readonly tracks: readonly DetailTrack[]
  /** Called after points were added or replaced; returns the undo. */
  onPoints(listener: () => void): () => void
  /** Asks for another stretch of time; the answer replaces all points. */
  setRange(range: DetailRange): void
  /** KVM counters and other typed parameters of vCPUs to receive as rates, by `raw:` id. */
  setExtraSeries(ids: readonly string[]): void
  close(): void
}

/** Opens domains on the connection of a feed. Several may be open at once. */
export interface DetailFeed {
  openDetail(host: string, uuid: string, range: DetailRange): DetailView
}
