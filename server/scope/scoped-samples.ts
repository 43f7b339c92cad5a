import type { ChildEntity } from '../../lib/metrics/child-metrics.ts'
import type { Metric, StatGroup } from '../../lib/metrics/types.ts'
import type { Lane } from '../fleet/fleet-writer.ts'
import type { SampleReader } from '../fleet/sample-reader.ts'
import { type RowMap, UNMAPPED } from './row-map.ts'

/** The samples of the rows that show. Slots of children are the fleet's: they never leave the server. */
export class ScopedSamples implements SampleReader {
  private readonly samples: SampleReader
  private readonly rows: RowMap
  private readonly parentRow: (row: number) => number
  private own = new Int32Array(64)

  /** @param parentRow - Throws for a row that does not show. */
  constructor(samples: SampleReader, rows: RowMap, parentRow: (row: number) => number) {
    this.samples = samples
    this.rows = rows
    this.parentRow = parentRow
  }

  onSamples(listener: (lane: Lane, rows: Int32Array, count: number) => void): () => void {
    return this.samples.onSamples((lane, rows, count) => {
      const shown = this.keep(rows, count)
      if (shown > 0) listener(lane, this.own, shown)
    })
  }

  private keep(rows: Int32Array, count: number): number {
    if (this.own.length < count) this.own = new Int32Array(count * 2)
    let shown = 0
    for (let i = 0; i < count; i++) {
      const row = this.rows.own(rows[i]!)
      if (row !== UNMAPPED) this.own[shown++] = row
    }
    return shown
  }

  sampledAt(row: number, group: StatGroup): number {
    return this.samples.sampledAt(this.parentRow(row), group)
  }

  spanMs(row: number, group: StatGroup): number {
    return this.samples.spanMs(this.parentRow(row), group)
  }

  maxGapMs(row: number, group: StatGroup): number {
    return this.samples.maxGapMs(this.parentRow(row), group)
  }

  domain(row: number, metrics: readonly Metric[], into: Float64Array, at: number): void {
    this.samples.domain(this.parentRow(row), metrics, into, at)
  }

  firstChild(row: number, entity: ChildEntity): number {
    return this.samples.firstChild(this.parentRow(row), entity)
  }

  nextChild(entity: ChildEntity, slot: number): number {
    return this.samples.nextChild(entity, slot)
  }

  childIdentity(entity: ChildEntity, slot: number): string {
    return this.samples.childIdentity(entity, slot)
  }

  isOnline(entity: ChildEntity, slot: number): boolean {
    return this.samples.isOnline(entity, slot)
  }

  child(entity: ChildEntity, slot: number, into: Float64Array, at: number): void {
    this.samples.child(entity, slot, into, at)
  }

  rawWords(row: number, name: string, into: Uint32Array): ReturnType<SampleReader['rawWords']> {
    return this.samples.rawWords(this.parentRow(row), name, into)
  }

  processSince(row: number): number {
    return this.samples.processSince(this.parentRow(row))
  }

  toldSince(row: number): number {
    return this.samples.toldSince(this.parentRow(row))
  }

  watch(row: number): () => void {
    return this.samples.watch(this.parentRow(row))
  }
}
