import { DomainTable } from '../../columns/domain-table.ts'
import { RowIndex } from '../../columns/row-index.ts'
import { STAT_GROUP_COUNT } from '../../metrics/types.ts'
import type { ReplyTime } from '../sample-moment.ts'
import { type Samples, StatsIngest } from '../stats-ingest.ts'

/** A lone ingest with an owner that only counts: what tests and benches drive. */
export interface IngestBench {
  readonly table: DomainTable
  readonly index: RowIndex
  readonly stats: StatsIngest
  births: number
  cpuSourceChanges: number
  readonly processChanges: [row: number, id: number][]
  readonly names: Map<number, string>
  /** Rows of records that were no repetition, in order. */
  readonly unrepeated: number[]
  /** Takes in a reply for host 0; time moves on by one second for each. */
  ingest(words: Uint32Array, lane: number): Samples
  /** Row of a UUID given as 32 hexadecimal digits; throws when there is none. */
  rowOf(uuid: string): number
  now: number
  /** What is told of the time of the next reply, beside `now`. */
  span: number
  jumped: boolean
  readonly maxGapMs: Float64Array
  readonly time: ReplyTime
}

export function createBench(): IngestBench {
  const table = new DomainTable()
  const index = new RowIndex()
  const bench: IngestBench = {
    table,
    index,
    births: 0,
    cpuSourceChanges: 0,
    processChanges: [],
    unrepeated: [],
    names: new Map(),
    now: 0,
    span: 10,
    jumped: false,
    maxGapMs: new Float64Array(STAT_GROUP_COUNT).fill(5000),
    get time() {
      return { start: bench.now, span: bench.span, jumped: bench.jumped, maxGapMs: bench.maxGapMs }
    },
    stats: new StatsIngest(
      table,
      index,
      {
        bear(host, a, b, c, d) {
          const row = index.add(host, a, b, c, d)
          bench.stats.grow(row + 1)
          bench.births++
          return row
        },
        renamed: (row, name) => void bench.names.set(row, name),
        unrepeated: (row) => void bench.unrepeated.push(row),
        processChanged: (row, id) => void bench.processChanges.push([row, id]),
        cpuSourceChanged: () => void bench.cpuSourceChanges++,
      },
      3,
    ),
    ingest(words, lane) {
      bench.now += 1000
      return bench.stats.ingest(0, lane, words, bench.time)
    },
    rowOf(uuid) {
      const bytes = Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(uuid.slice(i * 2, i * 2 + 2), 16))
      const [a, b, c, d] = new Uint32Array(bytes.buffer)
      const row = index.find(0, a!, b!, c!, d!)
      if (row < 0) throw new Error(`no row for ${uuid}`)
      return row
    },
  }
  return bench
}
