import { formatValue, UNKNOWN_TEXT } from '../../../lib/metrics/format.ts'
import type { CounterReading } from '../../../lib/view/counter-rate.ts'
import { counterKind, rateBetween } from '../../../lib/view/counter-rate.ts'
import type { RawParameter } from '../domain-answer.ts'

/** Samples whose moments differ by less are one and the same: ages are told in whole ms. */
const SAME_SAMPLE_MS = 100

interface Followed {
  readonly reading: CounterReading
  readonly text: string
}

/** Rates of typed parameters from one answer to the next. Remembers one reading of each. */
export class RawRates {
  private known = new Map<string, Followed>()

  /** Takes in an answer that came at `at` on a monotonic clock. What it does not name is forgotten. */
  read(raw: readonly RawParameter[], at: number): void {
    const next = new Map<string, Followed>()
    for (const parameter of raw) {
      const kind = counterKind(parameter.name)
      if (kind === null) continue
      const reading = { value: parameter.value, at: at - parameter.ageMs }
      const before = this.known.get(parameter.name)
      if (before === undefined) next.set(parameter.name, { reading, text: UNKNOWN_TEXT })
      else if (reading.at - before.reading.at < SAME_SAMPLE_MS) next.set(parameter.name, before)
      else next.set(parameter.name, { reading, text: rateText(kind, rateBetween(before.reading, reading)) })
    }
    this.known = next
  }

  /** Growth per second; empty for what does not count, a dash while there is only one sample. */
  textOf(name: string): string {
    return this.known.get(name)?.text ?? ''
  }
}

function rateText(kind: NonNullable<ReturnType<typeof counterKind>>, rate: number): string {
  switch (kind) {
    case 'bytes':
      return formatValue('B/s', rate)
    case 'kibibytes':
      return formatValue('KiB/s', rate)
    case 'nanoseconds':
      // Time per time: how much of one CPU, or of the time, it took.
      return formatValue('%', rate / 1e7)
    case 'count':
      return formatValue('1/s', rate)
  }
}
