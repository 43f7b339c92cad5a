import { uuidOfRow } from '../../lib/query/row-uuid.ts'
import type { Clock } from '../clock.ts'
import type { FleetReader } from '../fleet/fleet-reader.ts'
import type {
  HistoryBuckets,
  HistoryKept,
  HistoryMark,
  HistoryReader,
  HistoryReset,
  HistoryTrack,
} from '../fleet/history-reader.ts'
import type { ScopedPast } from './scoped-past.ts'

/** Which domains are recorded changes slowly, and costs a look at each. ms. */
const SHORTAGE_KEEPS_MS = 10_000

type Shortage = Pick<HistoryKept, 'domainsWithoutChildren' | 'domainsNotRecorded'>

/** The past of a scope. Tracks come from {@link tracksOf} alone, so whoever has one may read it. */
export class ScopedHistory implements HistoryReader {
  private readonly history: HistoryReader
  private readonly past: ScopedPast
  /** Of the scope. */
  private readonly fleet: FleetReader
  private readonly clock: Clock
  private shortage: Shortage = { domainsWithoutChildren: 0, domainsNotRecorded: 0 }
  private countedAt = Number.NEGATIVE_INFINITY

  constructor(history: HistoryReader, past: ScopedPast, fleet: FleetReader, clock: Clock) {
    this.history = history
    this.past = past
    this.fleet = fleet
    this.clock = clock
  }

  kept(): HistoryKept {
    const kept = this.history.kept()
    const isShort = kept.domainsNotRecorded > 0 || kept.domainsWithoutChildren > 0
    const none = { domainsWithoutChildren: 0, domainsNotRecorded: 0 }
    return { ...kept, ...(isShort ? this.ownShortage() : none) }
  }

  private ownShortage(): Shortage {
    const now = this.clock.now()
    if (now - this.countedAt < SHORTAGE_KEEPS_MS) return this.shortage
    this.countedAt = now
    const recorded = this.shownRows().map(({ host, uuid }) => this.history.recorded(host, uuid))
    const count = (what: string) => recorded.filter((one) => one === what).length
    this.shortage = { domainsWithoutChildren: count('domain'), domainsNotRecorded: count('nothing') }
    return this.shortage
  }

  private shownRows(): { host: string; uuid: string }[] {
    const { domains } = this.fleet
    const rows = Array.from({ length: domains.rowLimit }, (_, row) => row).filter((row) => this.fleet.exists(row))
    return rows.map((row) => ({ host: this.fleet.identity(row).host, uuid: uuidOfRow(domains, row) }))
  }

  recorded(host: string, uuid: string): ReturnType<HistoryReader['recorded']> {
    return this.past.sees(host, uuid) ? this.history.recorded(host, uuid) : 'all'
  }

  tracksOf(uuid: string): readonly HistoryTrack[] {
    const tracks = this.history.tracksOf(uuid)
    const seen = new Set([...new Set(tracks.map(({ host }) => host))].filter((host) => this.past.sees(host, uuid)))
    return tracks.filter(({ host }) => seen.has(host))
  }

  read(track: HistoryTrack, series: number, from: number, to: number, count: number): HistoryBuckets {
    return this.history.read(track, series, from, to, count)
  }

  means(track: HistoryTrack, series: number, from: number, to: number, count: number): Float32Array {
    return this.history.means(track, series, from, to, count)
  }

  marks(track: HistoryTrack, from: number, to: number): readonly HistoryMark[] {
    return this.history.marks(track, from, to)
  }

  resets(track: HistoryTrack, from: number, to: number): readonly HistoryReset[] {
    return this.history.resets(track, from, to)
  }
}
