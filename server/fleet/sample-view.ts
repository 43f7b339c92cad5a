import type { DerivedColumn } from '../../lib/columns/derived-column.ts'
import type { DomainTable } from '../../lib/columns/domain-table.ts'
import { ChildRates, childrenOf } from '../../lib/derive/derive-children.ts'
import type { DerivedDomains } from '../../lib/derive/derived-domains.ts'
import { type RawKind, readRawWords } from '../../lib/ingest/raw-reader.ts'
import type { StatsIngest } from '../../lib/ingest/stats-ingest.ts'
import type { ChildEntity } from '../../lib/metrics/child-metrics.ts'
import type { Metric, StatGroup } from '../../lib/metrics/types.ts'
import type { Lane } from './fleet-writer.ts'
import type { HostRecord } from './hosts/host-record.ts'
import type { RowLives } from './rows/row-lives.ts'
import type { SampleReader } from './sample-reader.ts'

type Listener = (lane: Lane, rows: Int32Array, count: number) => void

/** What the view reads; all of it belongs to the fleet. */
export interface SampleSources {
  readonly table: DomainTable
  readonly derived: DerivedDomains
  readonly stats: StatsIngest
  readonly hosts: readonly HostRecord[]
  /** Handed over late: the lives are told of samples, too. */
  readonly lives: () => Pick<RowLives, 'processSince' | 'toldSince'>
}

const OFFLINE = 0

/** Reads samples where they lie, for those who want each of them. */
export class SampleView implements SampleReader {
  readonly #from: SampleSources
  readonly #children: ChildRates
  readonly #metrics: ReadonlyMap<string, DerivedColumn>
  readonly #byList = new WeakMap<readonly Metric[], readonly (DerivedColumn | undefined)[]>()
  readonly #listeners = new Set<Listener>()
  /** By row: how many look at it. */
  readonly #watched = new Map<number, number>()

  constructor(sources: SampleSources) {
    this.#from = sources
    this.#children = new ChildRates(sources.table, sources.derived)
    this.#metrics = new Map(Object.entries(sources.derived.columns))
  }

  onSamples(listener: Listener): () => void {
    const own: Listener = (lane, rows, count) => listener(lane, rows, count)
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  /** Tells the listeners of rows whose rates were just derived. */
  tell(lane: Lane, rows: Int32Array, count: number): void {
    if (count > 0) for (const listener of this.#listeners) listener(lane, rows, count)
  }

  sampledAt(row: number, group: StatGroup): number {
    return this.#from.table.times[group]!.current[row]!
  }

  spanMs(row: number, group: StatGroup): number {
    const { current, previous } = this.#from.table.times[group]!
    const span = current[row]! - previous[row]!
    const usable = previous[row]! > 0 && span > 0 && span <= this.maxGapMs(row, group)
    return usable ? span : (this.#hostOf(row)?.intervalMs[group] ?? 0)
  }

  maxGapMs(row: number, group: StatGroup): number {
    return this.#hostOf(row)?.maxGapMs[group] ?? 0
  }

  domain(row: number, metrics: readonly Metric[], into: Float64Array, at: number): void {
    const columns = this.#columnsOf(metrics)
    for (let i = 0; i < columns.length; i++) into[at + i] = columns[i]?.read(row) ?? Number.NaN
  }

  /** Looked up once: every domain of every reply is read by the same few lists. */
  #columnsOf(metrics: readonly Metric[]): readonly (DerivedColumn | undefined)[] {
    let columns = this.#byList.get(metrics)
    if (columns === undefined) {
      columns = metrics.map(({ id }) => this.#metrics.get(id))
      this.#byList.set(metrics, columns)
    }
    return columns
  }

  firstChild(row: number, entity: ChildEntity): number {
    return childrenOf(this.#from.table, entity).first[row]!
  }

  nextChild(entity: ChildEntity, slot: number): number {
    return childrenOf(this.#from.table, entity).next[slot]!
  }

  childIdentity(entity: ChildEntity, slot: number): string {
    const children = childrenOf(this.#from.table, entity)
    return entity === 'vcpu' ? String(children.ordinal[slot]!) : children.names[slot]!
  }

  isOnline(entity: ChildEntity, slot: number): boolean {
    return entity !== 'vcpu' || this.#from.table.vcpus.wire.gauges['vcpu.*.state'].get(slot) !== OFFLINE
  }

  child(entity: ChildEntity, slot: number, into: Float64Array, at: number): void {
    this.#children.read(entity, slot, into, at)
  }

  rawWords(row: number, name: string, into: Uint32Array): RawKind {
    return readRawWords(this.#from.stats, row, name, into)
  }

  processSince(row: number): number {
    return this.#from.lives().processSince(row)
  }

  toldSince(row: number): number {
    return this.#from.lives().toldSince(row)
  }

  watch(row: number): () => void {
    this.#watched.set(row, (this.#watched.get(row) ?? 0) + 1)
    let over = false
    return () => {
      if (over) return
      over = true
      const left = (this.#watched.get(row) ?? 0) - 1
      if (left > 0) this.#watched.set(row, left)
      else this.#watched.delete(row)
    }
  }

  /** Watched rows of a host whose domain is active, at most `limit`. */
  watchedOf(host: number, limit: number): number[] {
    const { hostRow, domainId } = this.#from.table
    const rows: number[] = []
    for (const row of this.#watched.keys()) {
      if (rows.length < limit && hostRow[row] === host && domainId[row] !== -1) rows.push(row)
    }
    return rows
  }

  #hostOf(row: number): HostRecord | undefined {
    return this.#from.hosts[this.#from.table.hostRow[row] ?? -1]
  }
}
