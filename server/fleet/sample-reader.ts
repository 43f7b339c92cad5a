import type { ChildEntity } from '../../lib/metrics/child-metrics.ts'
import type { Metric, StatGroup } from '../../lib/metrics/types.ts'
import type { Lane } from './fleet-writer.ts'

/**
 * Every sample as it is taken, at full precision: what history keeps and detail streams send.
 *
 * @remarks Rows and slots are those of the columns and are valid only within the call that named them. Values are
 * written into arrays of the caller, NaN for unknown and `RESET_VALUE` (lib/columns) for a reset.
 */
export interface SampleReader {
  /**
   * Called when a reply was decoded and its rates are derived, before the commit that shows them; returns the undo. A
   * listed row may have no new sample in a group, because its record was partial: {@link sampledAt} tells.
   */
  onSamples(listener: (lane: Lane, rows: Int32Array, count: number) => void): () => void
  /** Time of the newest sample, monotonic ms; 0 when there is none. */
  sampledAt(row: number, group: StatGroup): number
  /** Time between the newest two samples in ms; when that was a gap or there are not two, the interval kept. */
  spanMs(row: number, group: StatGroup): number
  /** Longest time between two samples that is not a gap yet, ms. */
  maxGapMs(row: number, group: StatGroup): number
  /** Writes metrics of a domain to `into[at…]`. */
  domain(row: number, metrics: readonly Metric[], into: Float64Array, at: number): void
  /** First vCPU, disk or NIC of a domain and the one after, as slots; -1 at the end. */
  firstChild(row: number, entity: ChildEntity): number
  nextChild(entity: ChildEntity, slot: number): number
  /** vCPU id as text, or the name of a disk or NIC. */
  childIdentity(entity: ChildEntity, slot: number): string
  /** False for a vCPU that is offline. */
  isOnline(entity: ChildEntity, slot: number): boolean
  /** Writes the `CHILD_METRICS` of one child to `into[at…]`. */
  child(entity: ChildEntity, slot: number, into: Float64Array, at: number): void
  /**
   * One typed parameter of a row by name. A 64-bit one is written to `into` as its high and low word.
   *
   * @returns its kind; `none` when the last records do not hold it or it is a string.
   */
  rawWords(row: number, name: string, into: Uint32Array): 'none' | 'signed' | 'unsigned' | 'double'
  /** When the domain of a row was first seen, or its process last changed; monotonic ms. */
  processSince(row: number): number
  /**
   * When the connection opened in which that was seen, monotonic ms: events of before tell nothing of this process, or of
   * one that was known by then.
   */
  toldSince(row: number): number
  /** Has the domain of a row polled every interval while somebody looks at it; returns the undo. */
  watch(row: number): () => void
}
