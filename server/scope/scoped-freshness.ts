import { READING_COUNT, STAT_GROUP_COUNT } from '../../lib/metrics/types.ts'
import type { HostFreshness, RowException } from '../fleet/fleet-reader.ts'
import { type RowMap, UNMAPPED } from './row-map.ts'
import type { ScopedHosts } from './scoped-hosts.ts'

/** Two readings of one sample's time differ by less than this, because the clock is read twice. ms. */
const SAME_SAMPLE_MS = 2

type OwnException = { -readonly [Key in keyof RowException]: RowException[Key] }

/** The fleet's freshness of the hosts that show, and what differs from it of the rows that show. */
export class ScopedFreshness {
  private readonly hosts: ScopedHosts
  /** By own host row: the state, and by reading when it was taken. */
  private readonly states: string[] = []
  private readonly takenAt: number[] = []
  /** Used again from call to call. */
  private readonly exceptions: OwnException[] = []

  constructor(hosts: ScopedHosts) {
    this.hosts = hosts
  }

  ofHosts(all: readonly HostFreshness[]): HostFreshness[] {
    return all.flatMap((host) => {
      const row = this.hosts.shownRow(host.row)
      return row === UNMAPPED ? [] : { ...host, row }
    })
  }

  /** Whether a host that shows was sampled, or changed its state, since the last call. */
  isNews(all: readonly HostFreshness[], now: number): boolean {
    let isNews = false
    for (const { row, state, ageMs } of all) {
      const own = this.hosts.shownRow(row)
      if (own === UNMAPPED) continue
      if (this.states[own] !== state) isNews = true
      this.states[own] = state
      for (let reading = 0; reading < READING_COUNT; reading++) {
        const at = now - (ageMs[reading] ?? Number.POSITIVE_INFINITY)
        const place = own * READING_COUNT + reading
        const before = this.takenAt[place] ?? Number.NaN
        if (before === at || Math.abs(before - at) < SAME_SAMPLE_MS) continue
        this.takenAt[place] = at
        isNews = true
      }
    }
    return isNews
  }

  /** Valid until the next call. */
  ofRows(all: readonly RowException[], rows: RowMap): readonly RowException[] {
    let count = 0
    for (const exception of all) {
      const row = rows.own(exception.row)
      if (row === UNMAPPED) continue
      const own = this.place(count++)
      own.row = row
      own.partialGroups = exception.partialGroups
      own.cause = exception.cause
      own.sampledAt.set(exception.sampledAt)
    }
    this.exceptions.length = count
    return this.exceptions
  }

  private place(index: number): OwnException {
    let own = this.exceptions[index]
    if (own === undefined) {
      own = { row: 0, partialGroups: 0, cause: 0, sampledAt: new Float64Array(STAT_GROUP_COUNT) }
      this.exceptions[index] = own
    }
    return own
  }
}
