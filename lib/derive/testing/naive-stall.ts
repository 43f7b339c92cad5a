import type { Outcome } from './outcome.ts'
import { known } from './outcome.ts'

const step = (at: number) => Math.floor(at / 5000)

/** RA65 to RA68 over a list of all samples of one run, looked at from the beginning each time. */
export class NaiveStall {
  justEnded = false
  private readonly samples: { at: number; finished: bigint; usable: boolean }[] = []
  private was = false

  sample(at: number, finished: bigint, usable: boolean): Outcome {
    this.samples.push({ at, finished, usable })
    const last = this.samples.findLastIndex((sample) => sample.finished > 0n)
    if (last < 0) return known(0)
    const lastAt = this.samples[last]!.at
    const recent = this.samples.filter((sample) => sample.at <= lastAt && step(sample.at) > step(lastAt) - 12)
    const requests = recent.reduce((sum, sample) => sum + sample.finished, 0n)
    const still = this.samples.slice(last + 1).filter((sample) => sample.usable).length
    const stopped = at - lastAt >= 3000 && still >= 2 && requests >= 300n
    this.justEnded = this.was && finished > 0n
    this.was = stopped
    return known(stopped ? (at - lastAt) / 1000 : 0)
  }
}
