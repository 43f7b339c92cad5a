import type { TrackFact, TracksFact } from '../../../lib/sync/detail/detail-json.ts'
import { MAX_TRACKS_OF_FRAME } from '../../../lib/sync/detail/detail-protocol.ts'
import type { HistoryTrack } from '../../fleet/history-reader.ts'
import { TRACK_KINDS, VCPU_SET } from './detail-series.ts'
import type { LiveTrack, OpenDomain } from './open-domain.ts'

/** The tracks that one client was told of, by number, and what it has to be told. */
export class TrackList {
  /** Ids of the series of each kind, as this client asked for them. */
  readonly sets: readonly (readonly string[])[]
  private readonly numbers = new Map<string, number>()
  private readonly due = new Map<number, TrackFact>()
  /** Numbers of the live tracks of the domain at hand. */
  private readonly live = new Map<LiveTrack, number>()
  private told = 0

  constructor(extras: readonly string[]) {
    this.sets = TRACK_KINDS.map(({ set, metrics }) => {
      const ids = metrics.map(({ id }) => id)
      return set === VCPU_SET ? [...ids, ...extras] : ids
    })
  }

  /** The domain went elsewhere: its tracks end, if it had any. */
  leave(host: string, at: number): void {
    for (const [track, number] of this.live) {
      if (track.until === null) this.tell(number, track.kind.set, track.identity, host, track.since, at)
    }
    this.live.clear()
    this.told = 0
  }

  /** Takes note of tracks that came, went or changed. */
  follow(domain: OpenDomain): void {
    if (domain.version === this.told) return
    for (const track of domain.tracks) {
      if (track.version <= this.told) continue
      const { kind, identity, since, until } = track
      const number = this.numberOf(kind.set, identity, domain.host)
      this.live.set(track, number)
      this.tell(number, kind.set, identity, domain.host, since, until)
    }
    this.told = domain.version
  }

  /** Number of a live track; undefined until {@link follow} saw it. */
  liveNumber(track: LiveTrack): number | undefined {
    return this.live.get(track)
  }

  /** Number of a track that history has; one that is not live is told with its end. */
  historyNumber(track: HistoryTrack): { readonly number: number; readonly set: number } | null {
    const kind = TRACK_KINDS.find(({ entity, lane }) => entity === track.entity && lane === track.lane)
    if (kind === undefined) return null
    const known = this.numbers.get(keyOf(kind.set, track.identity, track.host))
    if (known !== undefined) return { number: known, set: kind.set }
    const number = this.numberOf(kind.set, track.identity, track.host)
    this.tell(number, kind.set, track.identity, track.host, null, track.to)
    return { number, set: kind.set }
  }

  private numberOf(set: number, identity: string, host: string): number {
    const key = keyOf(set, identity, host)
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    this.numbers.set(key, this.numbers.size)
    return this.numbers.size - 1
  }

  private tell(
    number: number,
    set: number,
    identity: string,
    host: string,
    since: number | null,
    until: number | null,
  ): void {
    this.due.set(number, { number, entity: TRACK_KINDS[set]!.entity, identity, host, set, since, until })
  }

  get isDue(): boolean {
    return this.due.size > 0
  }

  /** The next tracks to tell of, at most as many as a section may hold; empty when there are none. */
  take(): TracksFact {
    const tracks = [...this.due.values()].slice(0, MAX_TRACKS_OF_FRAME)
    for (const { number } of tracks) this.due.delete(number)
    return { sets: this.sets, tracks }
  }
}

function keyOf(set: number, identity: string, host: string): string {
  return `${set} ${host} ${identity}`
}
