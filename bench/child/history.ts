import { readFileSync } from 'node:fs'
import path from 'node:path'
import { HistoryMemory } from '../../lib/history/history-memory.ts'
import { HistoryStore } from '../../lib/history/history-store.ts'
import { Fleet } from '../../server/fleet/fleet.ts'
import { HistoryRecorder } from '../../server/history/history-recorder.ts'
import { LANE_SCHEMAS } from '../../server/history/lane-schemas.ts'
import { StoreReader } from '../../server/history/store-reader.ts'
import { GorillaTwin } from '../baseline/gorilla-twin.ts'
import { cpuTime } from '../cpu-clock.ts'
import { collectGarbage } from '../timing.ts'
import { createManualClock } from '../workload/manual-clock.ts'
import { unpackReplies } from '../workload/recording.ts'
import { SimEstate } from '../workload/sim-estate.ts'

export interface HistoryInput {
  /** Domains that are recorded for `longTicks` seconds, and those that join them for the last `ticks`. */
  readonly longDomains: number
  readonly longTicks: number
  readonly domains: number
  readonly ticks: number
  readonly backfills: number
}

/** What a number of samples takes. */
export interface Sizes {
  readonly values: number
  /** Bytes of the pages of every sample, and of 10 s figures; and how many such figures there are. */
  readonly exactBytes: number
  readonly coarseBytes: number
  readonly figures: number
  /** The same samples in the way of Gorilla. */
  readonly gorillaBytes: number
}

export interface HistoryOutput {
  readonly simulated: Sizes
  readonly real: Sizes
  readonly realReplies: number
  /** CPU of the main thread by tick, ms, and values taken in a tick. */
  readonly append: number[]
  readonly valuesPerTick: number
  /** Everything kept of one domain, thinned to 1,200 points a series: ms, by domain. */
  readonly backfill: number[]
  readonly backfillSeries: number[]
  readonly backfillRows: number
  /** What the store says it takes, and how much the process grew. */
  readonly accountedMiB: number
  readonly grownMiB: number
  /** What one simulated domain takes for ten minutes of samples and two hours of figures. */
  readonly domainKiB: number
  readonly refused: number
}

const MiB = 2 ** 20
const BUDGET_BYTES = 4096 * MiB
/** Samples that Gorilla's way is counted for: its state is objects. */
const GORILLA_TICKS = 600
const POINTS = 1200
const WARM_UP_TICKS = 5
const RECORDING = path.resolve('bench', 'recordings', 'real-guests.br')

export async function measureHistory(input: HistoryInput): Promise<HistoryOutput> {
  const real = replayGuests()
  const world = new RecordedWorld()
  const { store, clock } = world
  const few = world.add(`sim:?hosts=1&domains=${input.longDomains}&churn=off&inactive=0`)
  const simulated = await recordLong(world, few, input.longTicks)
  const { exactBytes, coarseBytes } = simulated
  const domainKiB = (exactBytes * 600 + coarseBytes * 7200) / input.longTicks / input.longDomains / 1024
  const many = world.add(`sim:?hosts=8&domains=${input.domains}&seed=2&churn=off&inactive=0`)
  world.recording = false
  for (let i = 0; i < WARM_UP_TICKS; i++) await world.tick(few, many)
  const before = { process: memoryNow(), store: store.memory.bytes }
  world.recording = true
  const append: number[] = []
  const valuesBefore = store.counts.values
  for (let i = 0; i < input.ticks; i++) {
    world.spent = 0
    await world.tick(few, many)
    append.push(world.spent)
  }
  const valuesPerTick = (store.counts.values - valuesBefore) / input.ticks
  const grownMiB = (memoryNow() - before.process) / MiB
  const accountedMiB = (store.memory.bytes - before.store) / MiB
  const reader = new StoreReader(store, clock)
  const backfills = few.slice(0, input.backfills).map((uuid) => backfill(reader, uuid, clock.now()))
  return {
    simulated,
    real: real.sizes,
    realReplies: real.replies,
    append,
    valuesPerTick,
    backfill: backfills.map(({ ms }) => ms),
    backfillSeries: backfills.map(({ series }) => series),
    backfillRows: input.longTicks + input.ticks,
    accountedMiB,
    grownMiB,
    domainKiB,
    refused: store.counts.refused,
  }
}

/** A fleet whose samples are recorded, with simulated hosts. */
class RecordedWorld {
  readonly clock = createManualClock()
  readonly fleet = new Fleet({ clock: this.clock, simulated: true })
  readonly store = new HistoryStore(LANE_SCHEMAS, new HistoryMemory(BUDGET_BYTES))
  recording = true
  /** CPU that recording took, ms. */
  spent = 0
  private readonly estates: SimEstate[] = []

  constructor() {
    const { fleet, store } = this
    const recorder = new HistoryRecorder({ store, fleet, samples: fleet.samples, onLayout: () => {} })
    fleet.samples.onSamples((lane, rows, count) => {
      if (!this.recording) return
      const began = cpuTime().main
      recorder.record(lane, rows, count)
      this.spent += cpuTime().main - began
    })
  }

  /** Adds hosts; returns the UUIDs of their domains once these are found, by the first tick. */
  add(uri: string): string[] {
    this.estates.push(new SimEstate(uri, this.fleet, this.clock))
    return []
  }

  async tick(...found: string[][]): Promise<void> {
    for (let i = 0; i < this.estates.length; i++) {
      await this.estates[i]!.poll()
      if (found[i]?.length === 0) found[i]!.push(...this.uuids())
    }
    this.clock.advance(1000)
  }

  private uuids(): string[] {
    return [...this.store.streams()].map(({ uuid }) => uuid).filter((uuid, i, all) => all.indexOf(uuid) === i)
  }
}

async function recordLong(world: RecordedWorld, uuids: string[], ticks: number): Promise<Sizes> {
  const { store, fleet } = world
  const twin = new GorillaTwin(fleet.samples)
  const stop = fleet.samples.onSamples((lane, rows, count) => twin.record(lane, rows, count))
  let exactShare = 0
  for (let i = 0; i < ticks; i++) {
    await world.tick(uuids)
    if (i !== Math.min(GORILLA_TICKS, ticks) - 1) continue
    stop()
    exactShare = store.counts.values
  }
  if (exactShare !== twin.values) throw new Error(`${twin.values} values the way of Gorilla, ${exactShare} in ours`)
  const { values, exactBytes, coarseBytes, figures } = sealed(store)
  return { values, exactBytes, coarseBytes, figures, gorillaBytes: (twin.bytes / twin.values) * values }
}

/** Ends all open pages, so that all bytes are counted. */
function sealed(store: HistoryStore) {
  for (const stream of store.streams()) store.close(stream)
  return store.counts
}

function replayGuests(): { sizes: Sizes; replies: number } {
  const replies = unpackReplies(readFileSync(RECORDING))
  const clock = createManualClock()
  const fleet = new Fleet({ clock, simulated: false })
  const store = new HistoryStore(LANE_SCHEMAS, new HistoryMemory(BUDGET_BYTES))
  const recorder = new HistoryRecorder({ store, fleet, samples: fleet.samples, onLayout: () => {} })
  const twin = new GorillaTwin(fleet.samples)
  fleet.samples.onSamples((lane, rows, count) => {
    recorder.record(lane, rows, count)
    twin.record(lane, rows, count)
  })
  const host = fleet.addHost('recorded', 'qemu:///system')
  fleet.hostState(host, 'up', null)
  for (const { lane, sentAt, firstByteAt, words } of replies) {
    const timing = { sentAt, firstByteAt, endAt: firstByteAt, suspect: false }
    const { error } = fleet.ingest(host, lane, words, timing, true)
    if (error !== null) throw error
  }
  const { values, exactBytes, coarseBytes, figures } = sealed(store)
  if (twin.values !== values) throw new Error(`${twin.values} values the way of Gorilla, ${values} in ours`)
  return { sizes: { values, exactBytes, coarseBytes, figures, gorillaBytes: twin.bytes }, replies: replies.length }
}

/** Reads all series of all tracks of a domain, as a detail stream does when somebody opens it. */
function backfill(reader: StoreReader, uuid: string, now: number): { ms: number; series: number } {
  reader.release()
  const began = cpuTime().main
  let series = 0
  const from = now - reader.kept().coarseMs
  for (const track of reader.tracksOf(uuid)) {
    reader.marks(track, from, now)
    for (let i = 0; i < track.series.length; i++) {
      kept = reader.read(track, i, from, now, POINTS)
      series++
    }
  }
  return { ms: cpuTime().main - began, series }
}

function memoryNow(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** The last answer, so that none can be left out. */
let kept: unknown = null
export const lastBackfill = () => kept
