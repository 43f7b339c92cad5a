import { RESET_VALUE } from '../../columns/derived-column.ts'
import { findMetric } from '../../metrics/catalogue.ts'
import { CHILD_METRICS } from '../../metrics/child-metrics.ts'
import { rawMetric } from '../../metrics/raw-metric.ts'
import type { Metric } from '../../metrics/types.ts'
import type { FillSection } from './detail-decode.ts'
import type { TrackFact } from './detail-json.ts'

/** One metric of a track: by point the least and greatest value within it, NaN where nothing is known. */
export interface PointSeries {
  readonly metric: Metric
  low: Float64Array
  high: Float64Array
}

const FIRST_CAPACITY = 64
/** Points closer than this touch: a later one goes on from the earlier one. ms */
const SEAM_MS = 20

/** The points of one track, in arrays that grow in place. Moments are of the local clock. */
export class TrackPoints {
  readonly entity: TrackFact['entity']
  readonly identity: string
  readonly host: string
  count = 0
  times = new Float64Array(FIRST_CAPACITY)
  spans = new Float64Array(FIRST_CAPACITY)
  series: readonly PointSeries[] = []
  since: number | null = null
  until: number | null = null
  /** Places of the buckets of a fill under way: not counted yet. */
  private filling = { first: 0, skipped: 0, buckets: 0 }
  private endsInReset = false

  constructor({ entity, identity, host }: TrackFact, ids: readonly string[]) {
    this.entity = entity
    this.identity = identity
    this.host = host
    this.setSeries(ids)
  }

  /** The end of the last point; -Infinity without one. */
  get lastTime(): number {
    return this.count === 0 ? Number.NEGATIVE_INFINITY : this.times[this.count - 1]!
  }

  /** Moves all points by `ms`, also those of a fill under way. */
  shift(ms: number): void {
    for (let i = 0; i < this.times.length; i++) this.times[i]! += ms
    if (this.since !== null) this.since += ms
    if (this.until !== null) this.until += ms
  }

  /** Takes other series: those that it has keep their values, new ones are unknown so far. */
  setSeries(ids: readonly string[]): void {
    this.series = ids.map((id) => {
      const known = this.series.find(({ metric }) => metric.id === id)
      return known ?? { metric: metricOf(this.entity, id), low: this.unknown(), high: this.unknown() }
    })
  }

  private unknown(): Float64Array {
    return new Float64Array(this.times.length).fill(Number.NaN)
  }

  /** Takes a part of a fill. True when the stretch is complete and counted. */
  fill(section: FillSection, toLocal: (serverTime: number) => number): boolean {
    if (this.filling.buckets === 0) this.beginFill(section, toLocal)
    const { first, skipped, buckets } = this.filling
    if (buckets !== section.buckets) return false
    for (let k = 0; k < section.seriesCount; k++) {
      const series = this.series[section.firstSeries + k]
      if (series === undefined) break
      for (let i = skipped; i < buckets; i++) {
        series.low[first + i - skipped] = section.low(k, i)
        series.high[first + i - skipped] = section.high(k, i)
      }
    }
    if (section.last) this.endFill()
    return section.last
  }

  private beginFill({ begin, width, buckets }: FillSection, toLocal: (serverTime: number) => number): void {
    const last = this.lastTime
    const start = toLocal(begin)
    let skipped = 0
    while (skipped < buckets && start + (skipped + 1) * width <= last) skipped++
    this.filling = { first: this.count, skipped, buckets }
    this.reserve(this.count + buckets - skipped)
    for (let i = skipped; i < buckets; i++) {
      const at = this.count + i - skipped
      this.times[at] = start + (i + 1) * width
      this.spans[at] = width
      for (const { low, high } of this.series) {
        low[at] = Number.NaN
        high[at] = Number.NaN
      }
    }
  }

  /** Counts the buckets in which anything is known. */
  private endFill(): void {
    const { first, skipped, buckets } = this.filling
    this.filling = { first: 0, skipped: 0, buckets: 0 }
    let kept = first
    for (let at = first; at < first + buckets - skipped; at++) {
      if (!this.series.some(({ high }) => !Number.isNaN(high[at]!))) continue
      if (kept !== at) this.copy(at, kept)
      kept++
    }
    this.count = kept
  }

  private copy(from: number, to: number): void {
    this.times[to] = this.times[from]!
    this.spans[to] = this.spans[from]!
    for (const { low, high } of this.series) {
      low[to] = low[from]!
      high[to] = high[from]!
    }
  }

  /**
   * Adds a live sample; one that is not newer than what is here is dropped.
   *
   * @param bucketMs - Samples within one stretch of so many ms become one point, as they would in a fill; those on either
   * side of a reset never do.
   * @returns whether the sample says that counters began anew.
   */
  add(end: number, span: number, values: Float64Array, bucketMs: number): boolean {
    if (end <= this.lastTime) return false
    let reset = false
    let known = false
    for (let k = 0; k < this.series.length; k++) {
      const value = values[k] ?? Number.NaN
      if (value === RESET_VALUE) reset = true
      else if (!Number.isNaN(value)) known = true
    }
    // A stretch of unknown that is shorter than a bucket would vanish in it, and the line go on over a restart.
    const parts = reset || this.endsInReset
    if (known && !parts && this.joins(end, span, bucketMs)) this.join(end, values)
    else if (known) this.append(end, span, values)
    this.endsInReset = reset
    return reset
  }

  private joins(end: number, span: number, bucketMs: number): boolean {
    if (this.count === 0 || bucketMs <= span) return false
    const last = this.lastTime
    return Math.floor(end / bucketMs) === Math.floor(last / bucketMs) && end - span <= last + SEAM_MS
  }

  private join(end: number, values: Float64Array): void {
    const at = this.count - 1
    this.spans[at] = this.spans[at]! + end - this.times[at]!
    this.times[at] = end
    for (let k = 0; k < this.series.length; k++) {
      const value = values[k] ?? Number.NaN
      if (!Number.isFinite(value)) continue
      const { low, high } = this.series[k]!
      // Comparisons with NaN are false: the first value gets in.
      if (!(low[at]! <= value)) low[at] = value
      if (!(high[at]! >= value)) high[at] = value
    }
  }

  private append(end: number, span: number, values: Float64Array): void {
    this.reserve(this.count + 1)
    const at = this.count++
    this.times[at] = end
    this.spans[at] = span
    for (let k = 0; k < this.series.length; k++) {
      const value = values[k] ?? Number.NaN
      const { low, high } = this.series[k]!
      low[at] = Number.isFinite(value) ? value : Number.NaN
      high[at] = low[at]!
    }
  }

  /** Forgets points that ended before `time`; not at each call, because the others have to move. */
  dropBefore(time: number): void {
    if (this.filling.buckets > 0) return
    let old = 0
    while (old < this.count && this.times[old]! < time) old++
    if (old < 32 || old < this.count >> 2) return
    for (const array of this.arrays()) array.copyWithin(0, old, this.count)
    this.count -= old
  }

  private arrays(): Float64Array[] {
    return [this.times, this.spans, ...this.series.flatMap(({ low, high }) => [low, high])]
  }

  private reserve(points: number): void {
    if (points <= this.times.length) return
    const capacity = Math.max(points, this.times.length * 2)
    const grow = (array: Float64Array) => {
      const grown = new Float64Array(capacity)
      grown.set(array)
      return grown
    }
    this.times = grow(this.times)
    this.spans = grow(this.spans)
    for (const series of this.series) {
      series.low = grow(series.low)
      series.high = grow(series.high)
    }
  }
}

function metricOf(entity: TrackFact['entity'], id: string): Metric {
  const known = entity === 'domain' ? findMetric(id) : CHILD_METRICS[entity].find((metric) => metric.id === id)
  return known ?? rawMetric(id)
}
