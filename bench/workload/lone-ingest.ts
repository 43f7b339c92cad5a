import { DomainTable } from '../../lib/columns/domain-table.ts'
import { RowIndex } from '../../lib/columns/row-index.ts'
import { StatsIngest } from '../../lib/ingest/stats-ingest.ts'
import { STAT_GROUP_COUNT } from '../../lib/metrics/types.ts'

/** The decoding part of the store alone: tables, index and ingest. */
export interface LoneIngest {
  readonly table: DomainTable
  readonly index: RowIndex
  readonly stats: StatsIngest
  /** Takes in a complete reply of a host; a second passes for each call of `tick`. Throws when the reply is refused. */
  ingest(host: number, words: Uint32Array): void
  tick(): void
  /** Time of the last tick, ms. */
  readonly now: number
}

const SPAN_MS = 10
const TICK_MS = 1000
const GAP_MS = 5 * TICK_MS

export function createLoneIngest(): LoneIngest {
  const table = new DomainTable()
  const index = new RowIndex()
  let now = TICK_MS
  const maxGapMs = new Float64Array(STAT_GROUP_COUNT).fill(GAP_MS)
  const stats: StatsIngest = new StatsIngest(
    table,
    index,
    {
      bear(host, a, b, c, d) {
        const row = index.add(host, a, b, c, d)
        stats.grow(row + 1)
        return row
      },
      renamed: () => {},
      unrepeated: () => {},
      processChanged: () => {},
      cpuSourceChanged: () => {},
    },
    1,
  )
  return {
    table,
    index,
    stats,
    get now() {
      return now
    },
    ingest(host, words) {
      const { error, records, count } = stats.ingest(host, 0, words, {
        start: now,
        span: SPAN_MS,
        jumped: false,
        maxGapMs,
      })
      if (error !== null) throw error
      if (count !== records) throw new Error(`${count} of ${records} records were taken in`)
    },
    tick() {
      now += TICK_MS
    },
  }
}
