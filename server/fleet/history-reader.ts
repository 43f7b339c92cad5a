import type { Metric } from '../../lib/metrics/types.ts'
import type { Lane } from './fleet-writer.ts'

/**
 * The kept past of one thing that is sampled as a whole: a domain's metrics of one lane, a vCPU, a disk or a NIC.
 *
 * @remarks All series of a track share the moments of its samples, because they come from the same replies. Times are ms
 * of the server's monotonic clock.
 */
export interface HistoryTrack {
  readonly host: string
  /** Canonical and lower case. */
  readonly uuid: string
  readonly entity: 'domain' | 'vcpu' | 'disk' | 'nic'
  /** vCPU id as text, or the name of the disk or NIC; empty for the domain itself. */
  readonly identity: string
  readonly lane: Lane
  readonly series: readonly Metric[]
  /** Moments of the oldest and the newest sample that are kept. */
  readonly from: number
  readonly to: number
}

/** A stretch of one series in buckets of equal width; NaN where nothing is known. */
export interface HistoryBuckets {
  readonly low: Float32Array
  readonly high: Float32Array
}

/** Something that happened to a track and that a line must not be drawn across. */
export interface HistoryMark {
  readonly at: number
  /** `reset`: the domain process or a counter began anew. `gap`: nothing was sampled from here on, for a while. */
  readonly kind: 'reset' | 'gap'
}

/** What began anew in one sample of a domain: itself, and its vCPUs, disks and NICs of the same lane. */
export interface HistoryReset {
  readonly at: number
  /** Something of the domain itself was reset, which a sum over its children may be too. */
  readonly ofDomain: boolean
  readonly children: readonly { readonly entity: 'vcpu' | 'disk' | 'nic'; readonly identity: string }[]
  /** Some other child went on counting: it is not the process that began anew. */
  readonly othersWentOn: boolean
}

export interface HistoryKept {
  /** How far back every sample is kept, and how far back the 10 s figures are, in ms. What holds now, for most tracks. */
  readonly exactMs: number
  readonly coarseMs: number
  readonly bytes: number
  readonly budgetBytes: number
  /** Domains recorded without their vCPUs, disks and NICs for want of memory, and those of which not even the rest fits. */
  readonly domainsWithoutChildren: number
  readonly domainsNotRecorded: number
}

/** What detail streams and the API read of the past. Implemented in `server/history`, handed over by `main.ts`. */
export interface HistoryReader {
  kept(): HistoryKept
  /** What is recorded of a domain on a host: everything, its own series only, or less than these, for want of memory. */
  recorded(host: string, uuid: string): 'all' | 'domain' | 'nothing'
  /** Tracks of a domain on every host where it was seen. */
  tracksOf(uuid: string): readonly HistoryTrack[]
  /**
   * The least and greatest value of each of `count` buckets between `from` and `to`, so that a spike of one sample
   * survives however coarse the picture is.
   */
  read(track: HistoryTrack, series: number, from: number, to: number, count: number): HistoryBuckets
  /** The means of the same buckets, each sample weighed by the time that it stands for; NaN where nothing is known. */
  means(track: HistoryTrack, series: number, from: number, to: number, count: number): Float32Array
  marks(track: HistoryTrack, from: number, to: number): readonly HistoryMark[]
  /** The resets of everything that is sampled together with a track. */
  resets(track: HistoryTrack, from: number, to: number): readonly HistoryReset[]
}
