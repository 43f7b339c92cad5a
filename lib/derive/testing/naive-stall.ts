import type { Outcome } from './outcome.ts'
import { known } from './outcome.ts'
import type { GroupRecord } from './records.ts'

const step = (at: number) => Math.floor(at / 5000)

/** RA65 to RA68 over a list of all samples of one run, looked at from the beginning each time. */
export class NaiveStall {
  justEnded = false
  private readonly samples: { at: number; finished: bigint; usable: boolean }[] = []
  private was = false
  private last: { readonly begin: GroupRecord; readonly inAll: bigint } | null = null

  /** @param inAll - Requests that finished since `begin`; what the last interval had from there is not counted again. */
  sample(begin: GroupRecord, at: number, inAll: bigint, usable: boolean): Outcome {
    const counted = this.last?.begin === begin ? this.last.inAll : 0n
    const finished = inAll > counted ? inAll - counted : 0n
    this.last = { begin, inAll }
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
