import type { Outcome } from './outcome.ts'
import { known, RESET, UNKNOWN } from './outcome.ts'
import type { GroupRecord } from './records.ts'

const PATHS = ['balloon.swap_in', 'balloon.swap_out', 'balloon.major_fault', 'balloon.minor_fault'] as const

/** The guest's own counters and their stamp, by the rules RA37 to RA45, in plain objects. */
export class NaiveGuest {
  private stamp = 0n
  private period: bigint | null = null
  private changedAt: number | null = null
  private base = new Map<string, bigint>()
  private held = new Map<string, Outcome>()

  receive(record: GroupRecord, gap: boolean): void {
    const stamp = BigInt(record.gauges['balloon.last-update'] ?? 0)
    if (stamp === 0n) {
      Object.assign(this, new NaiveGuest())
      return
    }
    this.dropMissing(record)
    if (stamp === this.stamp) return
    const step = stamp - this.stamp
    const first = this.stamp === 0n
    const longSilence = this.period !== null && step > 5n * this.period
    this.held = first || gap || step <= 0n || longSilence ? new Map() : this.rates(record, step)
    if (!first) {
      this.changedAt = record.at
      this.period = step > 0n ? step : null
    }
    this.stamp = stamp
    this.base = new Map()
    for (const path of PATHS) {
      const value = record.counters[path]
      if (value !== undefined) this.base.set(path, value)
    }
  }

  rate(path: string): Outcome {
    return this.held.get(path) ?? UNKNOWN
  }

  age(now: number): Outcome {
    return this.changedAt === null ? UNKNOWN : known((now - this.changedAt) / 1000)
  }

  private dropMissing(record: GroupRecord): void {
    for (const path of PATHS) {
      if (record.counters[path] !== undefined) continue
      this.base.delete(path)
      if (this.held.get(path)?.kind === 'known') this.held.delete(path)
    }
  }

  private rates(record: GroupRecord, step: bigint): Map<string, Outcome> {
    const held = new Map<string, Outcome>()
    for (const path of PATHS) {
      const before = this.base.get(path)
      const after = record.counters[path]
      if (before === undefined || after === undefined) continue
      if (after < before) return new Map(PATHS.map((any) => [any, RESET]))
      held.set(path, known(Number(after - before) / Number(step)))
    }
    return held
  }
}
