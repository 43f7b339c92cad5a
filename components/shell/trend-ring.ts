import type { StripNumbers } from './strip-model.ts'

/** Points of a trend, one per second. */
export const TREND_POINTS = 60

const TRENDS = ['coresUsed', 'memoryUsedKiB', 'diskIops', 'netRxBps', 'netTxBps'] as const
export type TrendId = (typeof TRENDS)[number]

/** The last 60 seconds of the strip's totals. NaN where nothing was known; it starts empty. */
export class TrendRing {
  version = 0
  private readonly values = new Map<TrendId, number[]>(TRENDS.map((id) => [id, []]))

  push(numbers: StripNumbers): void {
    this.version++
    for (const [id, values] of this.values) {
      values.push(numbers[id])
      if (values.length > TREND_POINTS) values.shift()
    }
  }

  of(id: TrendId): readonly number[] {
    return this.values.get(id) ?? []
  }
}
