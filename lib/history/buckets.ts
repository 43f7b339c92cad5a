/** What a bucket holds before anything is added: no level is as high, none as low. */
const NO_LOW = 0x7fffffff
const NO_HIGH = -0x80000000

/**
 * Least and greatest levels by bucket of equal width, so that a spike of one sample survives however wide they are.
 *
 * @remarks A bucket holds the moments after its begin up to its end. A sample speaks of the time since the one before it:
 * buckets between two samples that hold none take the later one's level. Levels are in the order of their values, so
 * they are compared as they are, and read as values once for each bucket.
 */
export class Buckets {
  private readonly lows: Int32Array
  private readonly highs: Int32Array
  private readonly from: number
  private readonly width: number
  /** Bucket of the last sample. */
  private last = Number.POSITIVE_INFINITY

  constructor(from: number, to: number, count: number) {
    this.lows = new Int32Array(count).fill(NO_LOW)
    this.highs = new Int32Array(count).fill(NO_HIGH)
    this.from = from
    this.width = (to - from) / count
  }

  /** Nothing is known between the last sample and the next. */
  break(): void {
    this.last = Number.POSITIVE_INFINITY
  }

  /** Adds the next sample in time. */
  add(time: number, low: number, high: number): void {
    const bucket = this.bucketOf(time)
    const { lows, highs } = this
    const end = Math.min(bucket, lows.length - 1)
    for (let i = Math.max(Math.min(this.last + 1, bucket), 0); i <= end; i++) {
      if (low < lows[i]!) lows[i] = low
      if (high > highs[i]!) highs[i] = high
    }
    this.last = bucket
  }

  /** Adds the next sample in time, of which only is known that there was one. */
  addUnknown(time: number): void {
    this.last = this.bucketOf(time)
  }

  /** Least and greatest values by bucket; NaN where nothing is known. */
  read(value: (level: number) => number): { low: Float32Array; high: Float32Array } {
    const count = this.lows.length
    const low = new Float32Array(count).fill(Number.NaN)
    const high = new Float32Array(count).fill(Number.NaN)
    for (let i = 0; i < count; i++) {
      if (this.lows[i] === NO_LOW) continue
      low[i] = value(this.lows[i]!)
      high[i] = this.lows[i] === this.highs[i] ? low[i]! : value(this.highs[i]!)
    }
    return { low, high }
  }

  private bucketOf(time: number): number {
    return Math.ceil((time - this.from) / this.width) - 1
  }
}
