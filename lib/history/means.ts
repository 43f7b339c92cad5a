/**
 * Means by bucket of equal width, by the time that each sample stands for.
 *
 * @remarks A sample speaks of the time since the one before it, and counts with as much of that as lies in a bucket: in the
 * same buckets whose least and greatest it counts for, so that the mean is between them. Where nothing but moments is
 * known, as at the first sample after a gap, these count alike.
 */
export class Means {
  /** From level to value; set before anything is added. */
  value: (level: number) => number = () => Number.NaN
  private readonly sums: Float64Array
  private readonly spans: Float64Array
  /** Samples that stand for no time, of which the mean is taken where there is nothing else. */
  private readonly momentSums: Float64Array
  private readonly moments: Float64Array
  private readonly from: number
  private readonly width: number
  /** Time of the last sample; NaN when nothing is known of what is before the next. */
  private last = Number.NaN

  constructor(from: number, to: number, count: number) {
    this.sums = new Float64Array(count)
    this.spans = new Float64Array(count)
    this.momentSums = new Float64Array(count)
    this.moments = new Float64Array(count)
    this.from = from
    this.width = (to - from) / count
  }

  /** Nothing is known between the last sample and the next. */
  break(): void {
    this.last = Number.NaN
  }

  /** Adds the next sample in time. */
  add(time: number, _low: number, _high: number, mean: number): void {
    const value = this.value(mean)
    const begin = this.last
    this.last = time
    if (Number.isNaN(value)) return
    if (begin < time) this.addSpan(begin, time, value)
    else this.addMoment(time, value)
  }

  /** Adds the next sample in time, of which only is known that there was one. */
  addUnknown(time: number): void {
    this.last = time
  }

  /** Means by bucket; NaN where nothing is known. */
  read(): Float32Array {
    return Float32Array.from(this.sums, (sum, i) => {
      if (this.spans[i]! > 0) return sum / this.spans[i]!
      return this.moments[i]! > 0 ? this.momentSums[i]! / this.moments[i]! : Number.NaN
    })
  }

  private addSpan(begin: number, end: number, value: number): void {
    const { from, width, sums, spans } = this
    const bucket = this.bucketOf(end)
    const last = Math.min(bucket, sums.length - 1)
    for (let i = Math.max(Math.min(this.bucketOf(begin) + 1, bucket), 0); i <= last; i++) {
      const share = Math.min(end, from + (i + 1) * width) - Math.max(begin, from + i * width)
      sums[i] = sums[i]! + value * share
      spans[i] = spans[i]! + share
    }
  }

  private addMoment(time: number, value: number): void {
    const bucket = this.bucketOf(time)
    if (bucket < 0 || bucket >= this.moments.length) return
    this.momentSums[bucket] = this.momentSums[bucket]! + value
    this.moments[bucket]!++
  }

  private bucketOf(time: number): number {
    return Math.ceil((time - this.from) / this.width) - 1
  }
}
