import { type CpuTime, cpuTime } from './cpu-clock.ts'

/** Timings or sizes of one contender, in the order in which they were taken. */
export type Samples = readonly number[]

export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly samples: number
}

export function summarize(samples: Samples): Summary {
  if (samples.length === 0 || !samples.every(Number.isFinite)) throw new Error(`no measurement: ${samples.join(' ')}`)
  return { median: median(samples), min: Math.min(...samples), max: Math.max(...samples), samples: samples.length }
}

export function median(samples: Samples): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** One way of doing the job that a row measures. `prepare` runs before each run and is not timed. */
export interface Contender {
  readonly prepare?: () => void
  readonly run: () => unknown
}

export interface RoundsOptions {
  /** Rounds whose times are thrown away: the engine is still compiling. */
  readonly warmUp: number
  readonly rounds: number
}

/** CPU time of one contender, run by run: ms of the whole process, and of its main thread alone. */
export interface Times {
  readonly all: number[]
  readonly main: number[]
}

/**
 * Times several contenders by turns: each round runs every one once, so that a noisy moment hits all of them.
 *
 * @remarks Rubbish is collected before each run (node runs with --expose-gc): nobody pays for his neighbour's objects. What
 * a run's own rubbish costs counts, on whichever thread it is collected.
 */
export function timeByTurns<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  { warmUp, rounds }: RoundsOptions,
): Record<Name, Times> {
  const names = Object.keys(contenders) as Name[]
  const times = Object.fromEntries(names.map((name) => [name, { all: [], main: [] }])) as unknown as Record<Name, Times>
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of names) {
      const used = timeOnce(contenders[name])
      if (round < 0) continue
      times[name].all.push(used.all)
      times[name].main.push(used.main)
    }
  }
  return times
}

function timeOnce({ prepare, run }: Contender): CpuTime {
  prepare?.()
  keep = null
  collectGarbage()
  const began = cpuTime()
  keep = run()
  const ended = cpuTime()
  return { all: ended.all - began.all, main: ended.main - began.main }
}

/** Keeps the last result alive, so that no run can be optimised away. */
export let keep: unknown = null

export function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('node has to run with --expose-gc')
  globalThis.gc()
  waitForHelpers()
}

/** Longest wait for threads that still sweep what was collected, or compile, in steps of 2 ms. */
const MOST_WAITS = 250
const WAIT_MS = 2
const IDLE_MS = 0.05
const never = new Int32Array(new SharedArrayBuffer(4))

/** Sleeps until the other threads of this process do nothing any more: their work is not that of the next contender. */
function waitForHelpers(): void {
  for (let wait = 0; wait < MOST_WAITS; wait++) {
    const before = cpuTime()
    Atomics.wait(never, 0, 0, WAIT_MS)
    const after = cpuTime()
    if (after.all - before.all - (after.main - before.main) < IDLE_MS) return
  }
}

/** Round by round, how many times `over` is of `under`: noise that hits a whole round cancels. */
export function ratios(over: Samples, under: Samples): number[] {
  return over.map((value, round) => value / under[round]!)
}

/** A seeded generator of numbers in [0, 1): equal runs give equal workloads. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
