import { StatGroup } from '../../metrics/types.ts'
import type { Interval } from './naive-deltas.ts'
import type { GroupRecord } from './records.ts'

interface Sample {
  readonly record: GroupRecord
  active: boolean
  /** The clock jumped in the interval that it ended. */
  readonly jumped: boolean
  /** The interval that it ended was fit for rates. */
  ended: boolean
  /** Complete records since, which were no samples. */
  readonly passed: GroupRecord[]
}

/** RA2, RA4 and RA7 to RA9 over the list of all samples of one group of one process. */
export class NaiveSamples {
  private readonly list: Sample[] = []

  /** The domain stopped: what was sampled until now begins no interval. */
  interrupt(): void {
    for (const sample of this.list) {
      sample.active = false
      sample.ended = false
    }
  }

  /** Takes a complete record; null when it is in doubt and ends nothing. */
  take(record: GroupRecord, active: boolean, maxGapMs: number): Omit<Interval, 'reset'> | null {
    const newest = this.list.at(-1)
    const verdict = newest === undefined || untimed(record) ? 'moves' : this.judge(newest, record, maxGapMs)
    if (verdict === 'held') {
      newest!.passed.push(record)
      return null
    }
    const replaced = verdict === 'replaces' ? this.list.pop()! : null
    const begin = this.list.at(-1)
    if (replaced !== null) begin?.passed.push(replaced.record, ...replaced.passed)
    const jumped = record.jumped || replaced?.jumped === true
    const elapsedMs = begin === undefined || jumped ? null : record.at - begin.record.at
    const sound = elapsedMs !== null && elapsedMs > 0 && elapsedMs <= maxGapMs
    const fit = active && sound && (replaced === null ? begin!.active : replaced.ended)
    this.list.push({ record, active, jumped, ended: fit, passed: [] })
    return {
      jumped,
      ms: fit ? elapsedMs : null,
      before: begin?.record ?? null,
      after: record,
      between: [...(begin?.passed ?? [])],
    }
  }

  private judge(newest: Sample, record: GroupRecord, maxGapMs: number): 'held' | 'moves' | 'replaces' {
    const elapsedMs = record.at - newest.record.at
    if (elapsedMs > maxGapMs) return 'moves'
    if (elapsedMs > 0 && newest.record.doubtMs + record.doubtMs <= elapsedMs / 4) return 'moves'
    // When a sample that is known exactly could end an interval that begins with the one or the other.
    const [waiting, wouldWait] = [newest.record, record].map(({ at, doubtMs }) => at + 4 * doubtMs)
    if (elapsedMs <= 0 || wouldWait! >= waiting!) return 'held'
    const begin = this.list.at(-2)
    const had = begin === undefined || newest.jumped ? null : newest.record.at - begin.record.at
    return had !== null && had <= maxGapMs && had + elapsedMs > maxGapMs ? 'held' : 'replaces'
  }
}

/** The state is what it is, whenever exactly; after a jump of the clock nothing is comparable. */
function untimed({ group, jumped }: GroupRecord): boolean {
  return group === StatGroup.State || jumped
}
