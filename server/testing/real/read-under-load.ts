import { findMetric } from '../../../lib/metrics/catalogue.ts'
import { StatGroup } from '../../../lib/metrics/types.ts'
import { systemClock } from '../../clock.ts'
import type { Fleet } from '../../fleet/fleet.ts'
import { type DenseCounter, DenseReference } from './dense-counter.ts'

const REFERENCE_MS = 50
const READING_MS = 250

/** What is compared: a metric of ours, and the kernel's counter that it is a rate of. */
export interface Comparison {
  readonly metric: 'cpuPercent' | 'stealWorstPercent' | 'diskReadBps'
  readonly group: StatGroup
  readonly counter: DenseCounter
  /** Of the metric, in one of the counter per second. */
  readonly unit: number
  /** Below this rate nothing is compared: clock ticks of 10 ms would be a good part of it. */
  readonly least: number
}

export const COMPARISONS: readonly Comparison[] = [
  { metric: 'cpuPercent', group: StatGroup.Vcpu, counter: 'cpuNs', unit: 1e7, least: 5 },
  { metric: 'stealWorstPercent', group: StatGroup.Vcpu, counter: 'delayNs', unit: 1e7, least: 5 },
  { metric: 'diskReadBps', group: StatGroup.Block, counter: 'readBytes', unit: 1, least: 100_000 },
]

/** A guest whose readings are judged. */
export interface JudgedGuest {
  readonly name: string
  readonly row: number
  /** Of its process on this machine. */
  readonly pid: number
  readonly metrics: readonly Comparison['metric'][]
}

interface Reading {
  readonly guest: JudgedGuest
  readonly comparison: Comparison
  readonly at: number
  readonly value: number | null
  readonly begin: number
  readonly end: number
}

export interface Verdict {
  readonly readings: number
  readonly unknown: number
  readonly judged: number
  /** Readings that the reference is not sure enough about, or that are too small. */
  readonly unsure: number
  /** The greatest error of a judged reading, as a share of the true rate, and all that pass a quarter. */
  readonly worst: number
  readonly wrong: readonly string[]
  /** The greatest age of an interval at a reading, ms. */
  readonly oldestMs: number
}

/** Reads as a viewer would, several times a second, and the kernel's counters more often. */
export class ReadingsUnderLoad {
  readonly #fleet: Fleet
  readonly #guests: readonly JudgedGuest[]
  readonly #references: ReadonlyMap<JudgedGuest, DenseReference>
  readonly #timers: NodeJS.Timeout[] = []
  #readings: Reading[] = []

  constructor(fleet: Fleet, guests: readonly JudgedGuest[]) {
    this.#fleet = fleet
    this.#guests = guests
    this.#references = new Map(guests.map((guest) => [guest, new DenseReference(guest.pid)]))
    this.#timers.push(
      setInterval(() => this.#readReferences(), REFERENCE_MS),
      setInterval(() => this.#read(), READING_MS),
    )
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer)
  }

  /** Judges what was read since the last call. */
  take(): Verdict {
    const readings = this.#readings
    this.#readings = []
    let [unknown, unsure, judged, worst] = [0, 0, 0, 0]
    const wrong: string[] = []
    for (const reading of readings) {
      if (reading.value === null) {
        unknown++
        continue
      }
      const error = this.#errorOf(reading, reading.value)
      if (error === null) unsure++
      else {
        judged++
        worst = Math.max(worst, error)
        if (error > 0.25) wrong.push(complaint(reading, error))
      }
    }
    const oldestMs = Math.max(...readings.map(({ at, end }) => at - end))
    return { readings: readings.length, unknown, judged, unsure, worst, wrong, oldestMs }
  }

  #readReferences(): void {
    for (const reference of this.#references.values()) reference.read(systemClock.now())
  }

  #read(): void {
    const { samples } = this.#fleet
    const at = systemClock.now()
    for (const guest of this.#guests) {
      for (const comparison of COMPARISONS) {
        if (!guest.metrics.includes(comparison.metric)) continue
        const value = this.#fleet.value(guest.row, findMetric(comparison.metric)!)
        const end = samples.sampledAt(guest.row, comparison.group)
        const begin = end - samples.spanMs(guest.row, comparison.group)
        this.#readings.push({ guest, comparison, at, value, begin, end })
      }
    }
  }

  /** How far the reading is from the nearest rate that is possible by the reference; null when that says too little. */
  #errorOf({ guest, comparison, begin, end }: Reading, value: number): number | null {
    const bounds = this.#references.get(guest)!.rate(comparison.counter, begin, end)
    if (bounds === null) return null
    const [least, most] = [bounds.least / comparison.unit, bounds.most / comparison.unit]
    if (least < comparison.least || most > least * 1.25) return null
    return value < least ? (least - value) / least : value > most ? (value - most) / most : 0
  }
}

function complaint({ guest, comparison, value, begin, end, at }: Reading, error: number): string {
  const [span, age] = [end - begin, at - end].map((ms) => `${Math.round(ms)} ms`)
  return `${guest.name} ${comparison.metric} ${value?.toFixed(1)} over ${span}, ${age} old: off by ${Math.round(error * 100)} %`
}
