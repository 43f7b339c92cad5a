/**
 * Least and greatest values by bucket of equal width, so that a spike of one sample survives however wide they are.
 *
 * @remarks A bucket holds the moments after its begin up to its end. A sample speaks of the time since the one before it:
 * buckets between two samples that hold none take the later one's value. What is not known is NaN.
 */
export class Buckets {
  readonly low: Float32Array<ArrayBuffer>
  readonly high: Float32Array<ArrayBuffer>
  private readonly from: number
  private readonly width: number
  /** Bucket of the last sample. */
  private last = Number.POSITIVE_INFINITY

  constructor(from: number, to: number, count: number) {
    this.low = new Float32Array(count).fill(Number.NaN)
    this.high = new Float32Array(count).fill(Number.NaN)
    this.from = from
    this.width = (to - from) / count
  }

  /** Nothing is known between the last sample and the next. */
  break(): void {
    this.last = Number.POSITIVE_INFINITY
  }

  /** Adds the next sample in time; NaN when its value is not known. */
  add(time: number, low: number, high: number): void {
    const bucket = Math.ceil((time - this.from) / this.width) - 1
    const begin = this.last + 1
    this.last = bucket
    if (Number.isNaN(low)) return
    const end = Math.min(bucket, this.low.length)
    for (let i = Math.max(begin, 0); i < end; i++) this.merge(i, low, high)
    if (bucket >= 0 && bucket < this.low.length) this.merge(bucket, low, high)
  }

  private merge(bucket: number, low: number, high: number): void {
    // Comparisons with NaN are false: the first value gets in.
    if (!(this.low[bucket]! <= low)) this.low[bucket] = low
    if (!(this.high[bucket]! >= high)) this.high[bucket] = high
  }
}
