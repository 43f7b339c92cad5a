import { Bitmap } from '../columns/bitmap.ts'
import { DerivedColumn } from '../columns/derived-column.ts'
import { growFloat64, growUint8, growUint32 } from '../columns/grow.ts'
import type { DomainMetricId } from '../metrics/catalogue.ts'
import { METRICS } from '../metrics/catalogue.ts'
import { STAT_GROUP_COUNT } from '../metrics/types.ts'
import { RowCaps } from './row-caps.ts'
import { Scratch } from './scratch.ts'
import { StallWatch } from './stall-watch.ts'

/** Metrics of domain rows that are computed; `state` is a word straight from the wire. */
export type DerivedDomainId = Exclude<DomainMetricId, 'state'>

/** Derived metrics that copy a gauge, depend on gauges only, or are not known of every row: a restart makes them unknown. */
const GAUGE_IDS: ReadonlySet<string> = new Set<DerivedDomainId>([
  'vcpuOnline',
  'vcpuMaximum',
  'memoryUsedPercent',
  'memoryUsedKiB',
  'memoryCacheKiB',
  'memoryAllocatedKiB',
  'memoryMaximumKiB',
  'rssKiB',
  'balloonAgeSeconds',
  'cpuCapPercent',
  'diskCapPercent',
  'ioStoppedSeconds',
])

/** Counters that the guest keeps and renews with `balloon.last-update`: swap in, swap out, major and minor faults. */
export const GUEST_COUNTERS = 4
const WORDS_PER_COUNTER = 2
/** Words of {@link GuestClock.base} that belong to one row. */
export const GUEST_BASE_WORDS = GUEST_COUNTERS * WORDS_PER_COUNTER

/** What is remembered of each row about `balloon.last-update` and the counters that move with it (RA37 to RA45). */
export class GuestClock {
  /** Value of `balloon.last-update` at the last look, in s of the host's wall clock; 0 is none. */
  stamp = new Float64Array(0)
  /** Monotonic ms of the sample in which the stamp was seen to change; 0 is never. */
  changedAt = new Float64Array(0)
  /** Seconds between the last two stamps, 0 before the first change: the period that the guest keeps. */
  step = new Float64Array(0)
  /** Exact counters at `stamp`: high and low word of each. */
  base = new Uint32Array(0)
  /** Bits 0 to 3: the base of that counter exists. */
  based = new Uint8Array(0)
  /** Bits 0 to 3: the value of that rate holds until the next stamp. Bit 4: the counters went back. */
  held = new Uint8Array(0)

  grow(rows: number): void {
    this.stamp = growFloat64(this.stamp, rows)
    this.changedAt = growFloat64(this.changedAt, rows)
    this.step = growFloat64(this.step, rows)
    this.base = growUint32(this.base, rows * GUEST_BASE_WORDS)
    this.based = growUint8(this.based, rows)
    this.held = growUint8(this.held, rows)
  }

  clear(row: number): void {
    this.stamp[row] = 0
    this.changedAt[row] = 0
    this.step[row] = 0
    this.based[row] = 0
    this.held[row] = 0
  }
}

/** Deltas that `overheadCores` takes over from the CPU and vCPU groups, and its running mean (RA25). */
export class OverheadMean {
  /** ns of the last pair of each group; negative when there is none, see {@link NO_DELTA} and {@link RESET_DELTA}. */
  cpuNs = new Float64Array(0)
  vcpuNs = new Float64Array(0)
  /** vCPUs that the last sample had: a change within an interval breaks the mean. */
  vcpus = new Float64Array(0)
  sumNs = new Float64Array(0)
  sumSeconds = new Float64Array(0)
  /** What the newest interval added to the sums, and when it began, ms: a better end takes its place (RA7). */
  addedNs = new Float64Array(0)
  addedSeconds = new Float64Array(0)
  begin = new Float64Array(0)

  grow(rows: number): void {
    this.cpuNs = growFloat64(this.cpuNs, rows)
    this.vcpuNs = growFloat64(this.vcpuNs, rows)
    this.vcpus = growFloat64(this.vcpus, rows)
    this.sumNs = growFloat64(this.sumNs, rows)
    this.sumSeconds = growFloat64(this.sumSeconds, rows)
    this.addedNs = growFloat64(this.addedNs, rows)
    this.addedSeconds = growFloat64(this.addedSeconds, rows)
    this.begin = growFloat64(this.begin, rows)
  }

  clear(row: number): void {
    this.cpuNs[row] = NO_DELTA
    this.vcpuNs[row] = NO_DELTA
    this.vcpus[row] = 0
    this.restart(row)
  }

  /** Begins the mean anew. */
  restart(row: number): void {
    this.sumNs[row] = 0
    this.sumSeconds[row] = 0
    this.begin[row] = 0
  }

  /** Adds an interval, or puts it in the place of the last one when that began at the same time. */
  add(row: number, begin: number, ns: number, seconds: number): void {
    if (begin === this.begin[row]) {
      this.sumNs[row]! -= this.addedNs[row]!
      this.sumSeconds[row]! -= this.addedSeconds[row]!
    }
    this.sumNs[row]! += ns
    this.sumSeconds[row]! += seconds
    this.begin[row] = begin
    this.addedNs[row] = ns
    this.addedSeconds[row] = seconds
  }
}

/** No interval yet, because the domain process is new: rates over it read *reset*. */
export const RESET_INTERVAL = -1
export const NO_DELTA = -1
export const RESET_DELTA = -2

/**
 * The derived metrics of all domain rows, and what must be remembered from one derivation to the next.
 *
 * @remarks Row numbers are those of the `DomainTable`. Only `lib/derive` writes; whoever reuses a row slot for another
 * domain calls {@link DerivedDomains.clear} first.
 */
export class DerivedDomains {
  readonly columns: Readonly<Record<DerivedDomainId, DerivedColumn>>
  /** In catalogue order, without `state`: the order of `ids`. */
  readonly list: readonly DerivedColumn[]
  readonly ids: readonly DerivedDomainId[]
  readonly rates: readonly DerivedColumn[]
  readonly gauges: readonly DerivedColumn[]
  /** Rows whose `memoryUsed…` counts the guest's page cache as used, because the guest does not report `usable`. */
  readonly memoryIncludesCache = new Bitmap()
  /** vCPUs waiting for a CPU: the part of a row in `hostCoresWaiting`. Not in the catalogue. */
  readonly waitingCores = new DerivedColumn()
  /**
   * By stat group: `times` of the last sample that was derived, negative when the domain was inactive then; `interval`
   * that ended with it, in s: 0 when no rate may be taken over it, {@link RESET_INTERVAL} when the process is new (RA6).
   */
  readonly seen: readonly { times: Float64Array<ArrayBuffer>; interval: Float64Array<ArrayBuffer> }[]
  /** 1 when the domain had a running process at the last derivation. */
  live = new Uint8Array(0)
  /** Groups (bits) that have had no rate since the domain process changed: their rates read *reset* (RA6). */
  restarted = new Uint8Array(0)
  /** Groups (bits) with a new sample in the derivation under way. */
  fresh = new Uint8Array(0)
  readonly guest = new GuestClock()
  readonly overhead = new OverheadMean()
  /** The rows' own limits; whoever reads their XML sets them. */
  readonly caps = new RowCaps()
  readonly stall = new StallWatch()
  /** Working memory of the derivation under way. */
  readonly scratch = new Scratch()
  private capacity = 0

  constructor() {
    this.ids = METRICS.filter((metric) => metric.entity === 'domain' && metric.id !== 'state').map(
      // The filter leaves exactly the ids of the type.
      (metric) => metric.id as DerivedDomainId,
    )
    const entries = this.ids.map((id) => [id, new DerivedColumn()] as const)
    this.columns = Object.fromEntries(entries) as Record<DerivedDomainId, DerivedColumn>
    this.list = entries.map(([, column]) => column)
    this.rates = entries.filter(([id]) => !GAUGE_IDS.has(id)).map(([, column]) => column)
    this.gauges = entries.filter(([id]) => GAUGE_IDS.has(id)).map(([, column]) => column)
    this.seen = Array.from({ length: STAT_GROUP_COUNT }, () => ({
      times: new Float64Array(0),
      interval: new Float64Array(0),
    }))
  }

  /** Makes room for `rows` rows; the caller grows the `DomainTable` to the same size. */
  grow(rows: number): void {
    if (rows <= this.capacity) return
    const from = this.capacity
    for (const column of this.list) column.grow(rows)
    this.memoryIncludesCache.grow(rows)
    this.waitingCores.grow(rows)
    for (const seen of this.seen) {
      seen.times = growFloat64(seen.times, rows)
      seen.interval = growFloat64(seen.interval, rows)
    }
    this.live = growUint8(this.live, rows)
    this.restarted = growUint8(this.restarted, rows)
    this.fresh = growUint8(this.fresh, rows)
    this.guest.grow(rows)
    this.overhead.grow(rows)
    this.caps.grow(rows)
    this.stall.grow(rows)
    this.capacity = rows
    for (let row = from; row < rows; row++) this.overhead.clear(row)
  }

  /** Forgets everything about a row: every metric is unknown, as for a domain never seen. */
  clear(row: number): void {
    for (const column of this.list) column.setUnknown(row)
    this.forget(row)
    this.caps.clear(row)
    this.live[row] = 0
    this.restarted[row] = 0
    this.stall.disks[row] = 0
  }

  /** What the guest of a row did with its disks until `at`, monotonic ms, says nothing of what it does from now on. */
  forgetStall(row: number, at: number): void {
    this.stall.forget(row, at)
    this.columns.ioStoppedSeconds.setUnknown(row)
  }

  /** Forgets what belonged to a domain process, without touching the metrics themselves. */
  forget(row: number): void {
    this.memoryIncludesCache.clear(row)
    this.waitingCores.setUnknown(row)
    for (const seen of this.seen) {
      seen.times[row] = 0
      seen.interval[row] = 0
    }
    this.guest.clear(row)
    this.overhead.clear(row)
    this.stall.clear(row)
  }
}

/** An empty set of derived columns; call `grow` before the first derivation. */
export function createDerived(): DerivedDomains {
  return new DerivedDomains()
}
