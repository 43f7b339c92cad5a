import { HistoryMemory } from '../../lib/history/history-memory.ts'
import { HistoryStore } from '../../lib/history/history-store.ts'
import type { Layout } from '../../lib/history/page/layout.ts'
import type { Clock } from '../clock.ts'
import type { FleetReader } from '../fleet/fleet-reader.ts'
import type { HistoryReader } from '../fleet/history-reader.ts'
import type { SampleReader } from '../fleet/sample-reader.ts'
import type { Log } from '../log.ts'
import { defaultBudget } from './history-budget.ts'
import { HistoryRecorder } from './history-recorder.ts'
import { LANE_SCHEMAS } from './lane-schemas.ts'
import { StoreReader } from './store-reader.ts'

export interface HistoryOptions {
  readonly fleet: Pick<FleetReader, 'identity' | 'ready'>
  readonly samples: SampleReader
  readonly clock: Clock
  readonly log: Log
  readonly intervalMs: number
  /** Null sizes it from the domains found. */
  readonly budgetBytes: number | null
  readonly machineBytes: number
  /** Told once, when the size is known: what is kept, in one line. */
  readonly announce: (line: string) => void
}

export interface History {
  readonly reader: HistoryReader
  readonly store: HistoryStore
  close(): void
}

/** How often silent streams are sealed and the budget is looked at, ms. */
const SWEEP_MS = 10_000
/** The same until the size of what is found is told. */
const START_SWEEP_MS = 2_000
/** After so many looks the size is told though more domains were found at each. */
const MOST_LOOKS = 5
/** Want of memory is told again only after this long. */
const WARN_AGAIN_MS = 600_000
const MiB = 1024 * 1024

/** Starts to record the fleet's samples; returns what reads them, and the way to stop. */
export function createHistory(options: HistoryOptions): History {
  const { samples, clock, budgetBytes, intervalMs, machineBytes } = options
  const memory = new HistoryMemory(budgetBytes ?? defaultBudget(0, intervalMs, machineBytes))
  const store = new HistoryStore(LANE_SCHEMAS, memory)
  const reader = new StoreReader(store, clock)
  let series = 0
  const onLayout = (layout: Layout) => {
    series += layout.series
    if (budgetBytes !== null) return
    memory.budgetBytes = Math.max(memory.budgetBytes, defaultBudget(series, intervalMs, machineBytes))
  }
  const recorder = new HistoryRecorder({ ...options, store, onLayout })
  const reports = new Reports(options, store, recorder)
  let cancel = () => {}
  const sweep = () => {
    store.sweep(clock.now())
    reader.release()
    series = countSeries(store)
    reports.look()
    cancel = clock.after(reports.isTold ? SWEEP_MS : START_SWEEP_MS, sweep)
  }
  cancel = clock.after(START_SWEEP_MS, sweep)
  const stopListening = samples.onSamples((lane, rows, count) => recorder.record(lane, rows, count))
  return {
    reader,
    store,
    close() {
      stopListening()
      cancel()
    },
  }
}

function countSeries(store: HistoryStore): number {
  let series = 0
  for (const stream of store.streams()) series += stream.series
  return series
}

/** What the log and the terminal are told: the size once it is known and when it changed much, and what found no room. */
class Reports {
  private readonly options: HistoryOptions
  private readonly store: HistoryStore
  private readonly recorder: HistoryRecorder
  private told = 0
  /** Domains found at the last look; the first answers of large hosts come one after another. */
  private domains = -1
  private looks = 0
  private refused = 0
  private warnAgainAt = 0
  private leftOut = 0

  constructor(options: HistoryOptions, store: HistoryStore, recorder: HistoryRecorder) {
    this.options = options
    this.store = store
    this.recorder = recorder
  }

  get isTold(): boolean {
    return this.told > 0
  }

  look(): void {
    const { fleet, log, budgetBytes } = this.options
    const { memory, counts, domainCount } = this.store
    // Where domains come and go all the time the number never stands still.
    const settled = domainCount === this.domains || ++this.looks >= MOST_LOOKS
    this.domains = domainCount
    if (fleet.ready && settled && memory.budgetBytes > this.told * 1.25) this.tell(memory.budgetBytes)
    const now = this.options.clock.now()
    const { withoutChildren, notRecorded } = this.store.shortage
    if ((counts.refused > this.refused || withoutChildren > 0) && now >= this.warnAgainAt) {
      const remedy = budgetBytes === null ? 'Give the machine more memory.' : 'Raise --history-memory.'
      const domains = { domainsWithoutChildren: withoutChildren, domainsNotRecorded: notRecorded }
      const samples = counts.refused - this.refused
      log.warn('history.no_room', { ...domains, samples, budgetBytes: memory.budgetBytes, remedy })
      this.refused = counts.refused
      this.warnAgainAt = now + WARN_AGAIN_MS
    }
    if (this.recorder.leftOut > this.leftOut) {
      log.warn('history.too_many_series', { children: this.recorder.leftOut - this.leftOut })
      this.leftOut = this.recorder.leftOut
    }
  }

  private tell(bytes: number): void {
    const { log, announce, budgetBytes } = this.options
    const domains = this.store.domainCount
    const from = budgetBytes === null ? 'sized from what was found' : 'as set'
    if (this.told === 0) {
      announce(
        `history of ${domains} ${domains === 1 ? 'domain' : 'domains'} in at most ${Math.round(bytes / MiB)} MiB of memory, ${from}`,
      )
    }
    log.info('history.budget', { budgetBytes: bytes, domains, from })
    this.told = bytes
  }
}
