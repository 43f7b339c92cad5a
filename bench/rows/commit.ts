import { decodeCell } from '../../lib/columns/encodings.ts'
import { changesOf, type NaiveMetrics, type NaiveStats, naiveMetrics } from '../baseline/naive-commit.ts'
import { decodeObjects } from '../baseline/naive-decoder.ts'
import { cpuTime } from '../cpu-clock.ts'
import { atMost, type BenchOptions, type BenchRow, type Measure, measure, type RowResult, told } from '../row.ts'
import { collectGarbage, ratios } from '../timing.ts'
import { commit, createLoneStore, type LoneStore } from '../workload/lone-store.ts'
import { recordedFields } from '../workload/recorded-fields.ts'

/** Metrics that both sides compute; compared before anything is timed. */
const COMPARED = ['cpuPercent', 'stealWorstPercent', 'memoryUsedPercent', 'diskIops', 'netRxBps', 'diskLatencyNs']
/** Half a step of a code, twice. */
const TOLERANCE = 0.002

export const commitRow: BenchRow = {
  name: 'commit',
  title: 'Derive, quantise, diff',
  run,
}

interface Steps {
  readonly derive: number[]
  readonly quantise: number[]
  readonly encode: number[]
  readonly total: number[]
}

function run({ quick }: BenchOptions): RowResult {
  const domains = quick ? 1_000 : 10_000
  const rounds = quick ? 5 : 15
  const fields = recordedFields()
  const all = timeSteps(createLoneStore(fields, { domains, busyShare: 1, seed: 21 }), rounds)
  const some = timeSteps(createLoneStore(fields, { domains, busyShare: 0.3, seed: 22 }), rounds)
  const store = createLoneStore(fields, { domains, busyShare: 1, seed: 21 })
  const columns = store.domains.columns.length
  const naive = timeNaive(store, quick ? 3 : 7)
  return {
    name: commitRow.name,
    title: `Derive, quantise and diff ${domains.toLocaleString('en')} domains × ${columns} columns`,
    setting:
      'Everything between the wire columns and the frame: rates and ratios from the counters, 16-bit codes with stamps, one frame with every column of the catalogue. The naive commit computes twenty of these metrics from two objects for each domain, compares each with the last and turns what changed into JSON.',
    measures: [
      ...steps('all domains busy', all),
      ...steps('30 % of the domains busy', some),
      measure('naive commit, all domains busy, 20 metrics', 'ms', naive),
    ],
    claims: [
      atMost('one commit, all domains busy', 'ms', all.total, 12),
      atMost('one commit, 30 % of the domains busy', 'ms', some.total, 12),
      told('faster than the naive commit, all domains busy', '×', ratios(naive, all.total)),
    ],
    remarks: [
      `The frame with all ${columns} columns, all domains busy: ${(store.frameBytes / 1024).toFixed(0)} KiB. Clients ask for some ten columns; see the row frame.`,
      'The naive commit knows no resets, gaps, partial records or hot-plug, and its data are decoded already.',
    ],
  }
}

function steps(which: string, { derive, quantise, encode, total }: Steps): Measure[] {
  return [
    measure(`derive, ${which}`, 'ms', derive),
    measure(`quantise and stamp, ${which}`, 'ms', quantise),
    measure(`diff and encode, ${which}`, 'ms', encode),
    measure(`together, ${which}`, 'ms', total),
  ]
}

function timeSteps(store: LoneStore, rounds: number): Steps {
  const times: Steps = { derive: [], quantise: [], encode: [], total: [] }
  for (let i = 0; i < WARM_UP; i++) commit(store)
  for (let round = 0; round < rounds; round++) {
    store.move()
    store.ingest()
    const began = cpuTime().all
    store.derive()
    const derived = cpuTime().all
    store.quantise()
    const quantised = cpuTime().all
    store.encode()
    const ended = cpuTime().all
    times.derive.push(derived - began)
    times.quantise.push(quantised - derived)
    times.encode.push(ended - quantised)
    times.total.push(ended - began)
  }
  return times
}

/** Commits before the clock starts, for the compiler. */
const WARM_UP = 20

function timeNaive(store: LoneStore, rounds: number): number[] {
  const times: number[] = []
  let before = objectsOf(store)
  let shown: NaiveMetrics[] = []
  for (let round = -3; round < rounds; round++) {
    commit(store)
    const now = objectsOf(store)
    collectGarbage()
    const began = cpuTime().all
    const metrics = now.map((stats, i) => naiveMetrics(before[i]!, stats, 1))
    if (round === 0) compare(metrics, store)
    const changes = metrics.map((one, i) => changesOf(shown[i], one))
    const text = JSON.stringify(changes)
    if (round >= 0) times.push(cpuTime().all - began)
    if (text.length < metrics.length) throw new Error('the naive commit found nothing changed')
    before = now
    shown = metrics
  }
  return times
}

/** The replies as objects keyed by field name: what the naive commit works on. */
function objectsOf(store: LoneStore): NaiveStats[] {
  return store.sources.flatMap(({ bytes }) =>
    decodeObjects(bytes, 'number').map(({ params }) => {
      const stats: Record<string, number> = {}
      for (const { name, value } of params) if (typeof value === 'number') stats[name] = value
      return stats
    }),
  )
}

function compare(metrics: readonly NaiveMetrics[], store: LoneStore): void {
  for (const id of COMPARED) {
    const column = store.domains.column(id)
    if (column === null) throw new Error(`no column ${id}`)
    metrics.forEach((expected, row) => {
      const value = decodeCell(column.encoding, column.codes[row]!)
      const naive = expected[id]!
      if (Math.abs(value - naive) <= TOLERANCE * Math.max(Math.abs(naive), 1e-3)) return
      throw new Error(`${id} of row ${row} is ${value} in the columns and ${naive} by the naive commit`)
    })
  }
}
