import { WINDOW_MS } from '../coarse-window.ts'
import type { Layout } from '../page/layout.ts'
import { isNumber, RESET_LEVEL } from '../page/levels.ts'

interface NaiveSample {
  readonly time: number
  readonly gap: boolean
  readonly held: number
  readonly layout: Layout
  readonly levels: Int32Array
}

/** Keeps every sample as it came, for ever: what the store is compared with. */
export class NaiveHistory {
  readonly samples: NaiveSample[] = []

  append(time: number, gap: boolean, held: number, layout: Layout, levels: Int32Array): void {
    this.samples.push({ time, gap, held, layout, levels: levels.slice() })
  }

  /** Least and greatest by bucket, straight from the definition: each sample stands for the time since the one before. */
  thin(entity: string, identity: string, series: number, from: number, to: number, count: number) {
    const low = new Array<number>(count).fill(Number.NaN)
    const high = new Array<number>(count).fill(Number.NaN)
    const width = (to - from) / count
    const bucketOf = (time: number) => Math.ceil((time - from) / width) - 1
    let before: number | null = null
    for (const { time, gap, held, layout, levels } of this.samples) {
      const part = layout.parts.find((one) => one.kind.entity === entity && one.identity === identity)
      if (gap || part === undefined) before = null
      if (part === undefined || (part.kind.groups[series]! & held) !== 0) continue
      const level = levels[part.first + series]!
      const begin = before === null ? bucketOf(time) : bucketOf(before) + 1
      before = time
      if (!isNumber(level)) continue
      const value = Math.fround(part.kind.values[series]!(level))
      for (let i = Math.min(begin, bucketOf(time)); i <= bucketOf(time); i++) {
        if (i < 0 || i >= count) continue
        low[i] = Number.isNaN(low[i]!) ? value : Math.min(low[i]!, value)
        high[i] = Number.isNaN(high[i]!) ? value : Math.max(high[i]!, value)
      }
    }
    return { low, high }
  }

  /**
   * Means by bucket from the definition: of the samples that its least and greatest are of, by the time in it that they
   * stand for; those that stand for none count where there is nothing else.
   */
  means(entity: string, identity: string, series: number, from: number, to: number, count: number): number[] {
    const width = (to - from) / count
    const spans = this.spansOf(entity, identity, series)
    return Array.from({ length: count }, (_, i) => {
      const [begin, end] = [from + i * width, from + (i + 1) * width]
      const bucketOf = (time: number) => Math.ceil((time - from) / width) - 1
      const own = spans.filter(
        ({ since, time }) => i <= bucketOf(time) && i >= Math.min(bucketOf(since) + 1, bucketOf(time)),
      )
      const parts = own.map(({ since, time, value }) => ({
        share: Math.max(Math.min(time, end) - Math.max(since, begin), 0),
        value,
      }))
      const whole = parts.reduce((sum, { share }) => sum + share, 0)
      if (whole > 0) return parts.reduce((sum, { share, value }) => sum + (share / whole) * value, 0)
      const moments = spans.filter(({ since, time }) => since === time && time > begin && time <= end)
      return moments.reduce((sum, { value }) => sum + value / moments.length, moments.length > 0 ? 0 : Number.NaN)
    })
  }

  /** What is known of a series: values, and from when to when each of them speaks. */
  private spansOf(entity: string, identity: string, series: number) {
    const spans: { since: number; time: number; value: number }[] = []
    let before: number | null = null
    for (const { time, gap, held, layout, levels } of this.samples) {
      const part = layout.parts.find((one) => one.kind.entity === entity && one.identity === identity)
      if (gap || part === undefined) before = null
      if (part === undefined || (part.kind.groups[series]! & held) !== 0) continue
      const level = levels[part.first + series]!
      const value = isNumber(level) ? part.kind.values[series]!(level) : Number.NaN
      if (!Number.isNaN(value)) spans.push({ since: before ?? time, time, value })
      before = time
    }
    return spans
  }

  /** Times of the last samples before gaps. */
  gaps(): number[] {
    return this.samples.flatMap(({ gap }, i) => (gap && i > 0 ? [this.samples[i - 1]!.time] : []))
  }

  /** Times at which something of a thing is reset that was not in the sample before. */
  resets(entity: string, identity: string): number[] {
    const isReset = (sample: NaiveSample | undefined) => {
      const part = sample?.layout.parts.find((one) => one.kind.entity === entity && one.identity === identity)
      if (sample === undefined || part === undefined) return false
      return sample.levels.slice(part.first, part.first + part.kind.metrics.length).includes(RESET_LEVEL)
    }
    return this.samples.filter((sample, i) => isReset(sample) && !isReset(this.samples[i - 1])).map(({ time }) => time)
  }

  /** Range of whole windows that covers everything, in buckets of one window. */
  range(): { from: number; to: number; count: number } {
    const first = Math.floor(this.samples[0]!.time / WINDOW_MS)
    const last = Math.floor(this.samples.at(-1)!.time / WINDOW_MS) + 1
    return { from: first * WINDOW_MS, to: last * WINDOW_MS, count: last - first }
  }
}
