import type { DerivedColumn } from '../../../lib/columns/derived-column.ts'
import type { DomainTable } from '../../../lib/columns/domain-table.ts'
import type { RowIndex } from '../../../lib/columns/row-index.ts'
import { type RawValue, readRaw, readStat } from '../../../lib/ingest/raw-reader.ts'
import type { StatsIngest } from '../../../lib/ingest/stats-ingest.ts'
import { swap32 } from '../../../lib/ingest/swap.ts'
import { reasonWord, stateWord } from '../../../lib/libvirt/words.ts'
import { formatValue } from '../../../lib/metrics/format.ts'
import { PartialCause, partialWords } from '../../../lib/metrics/partial-cause.ts'
import { type Metric, STAT_GROUP_COUNT, STAT_GROUP_NAMES, StatGroup } from '../../../lib/metrics/types.ts'
import { ACTIVE_READINGS, ageOfReadings, INACTIVE_READINGS } from '../../../lib/query/freshness.ts'
import type { Clock } from '../../clock.ts'
import type { DomainIdentity, RawParameter, RowAge, RowException, RowPartial } from '../fleet-reader.ts'
import type { HostRecord } from '../hosts/host-record.ts'
import { uuidText, uuidWords } from '../uuid.ts'
import type { PartialRows } from './partial-rows.ts'
import { RowExceptions } from './row-exceptions.ts'
import { ownSamples } from './row-samples.ts'

/** What the view reads; all of it belongs to the fleet. */
export interface DomainSources {
  readonly clock: Clock
  readonly table: DomainTable
  readonly index: RowIndex
  readonly stats: StatsIngest
  readonly metrics: ReadonlyMap<string, DerivedColumn>
  readonly hosts: readonly HostRecord[]
  readonly partial: PartialRows
}

/** Reads single domains at full precision: for the API and the drill-down. */
export class DomainView {
  private readonly from: DomainSources
  private readonly differing: RowExceptions
  private readonly own = new Float64Array(STAT_GROUP_COUNT)

  constructor(sources: DomainSources) {
    this.from = sources
    this.differing = new RowExceptions(sources)
  }

  rowsOf(uuid: string): readonly number[] {
    const words = uuidWords(uuid)
    if (words === null) return []
    const [a, b, c, d] = words.map(swap32)
    return this.from.index.findAll(a!, b!, c!, d!)
  }

  identity(row: number): DomainIdentity {
    const host = this.hostOf(row)
    const [state, reason] = host.state === 'unreachable' ? ['unknown', 'host out of reach'] : this.stateOf(row)
    return {
      row,
      host: host.name,
      uuid: uuidText(this.from.index.wireUuid(row).map(swap32)),
      name: this.from.stats.names.text(row),
      id: this.from.table.domainId[row]!,
      state,
      reason,
      ...this.age(row),
    }
  }

  stateOf(row: number): [state: string, reason: string] {
    const { gauges } = this.from.table.wire
    const state = gauges['state.state'].get(row)
    if (state === null) return ['unknown', 'unknown']
    return [stateWord(state), reasonWord(state, gauges['state.reason'].get(row) ?? 0)]
  }

  value(row: number, metric: Metric): number | null {
    if (metric.id === 'state') return this.from.table.wire.gauges['state.state'].get(row)
    return this.from.metrics.get(metric.id)?.get(row) ?? null
  }

  raw(row: number): readonly RawParameter[] {
    return readRaw(this.from.stats, row).map((value) => this.withAge(row, value))
  }

  stat(row: number, name: string): RawParameter | null {
    const value = readStat(this.from.stats, row, name)
    return value === null ? null : this.withAge(row, value)
  }

  exceptions(): readonly RowException[] {
    return this.differing.all()
  }

  partial(row: number): RowPartial | null {
    const host = this.hostOf(row)
    ownSamples(this.from.table, host, row, this.own)
    const { groups, cause } = this.differing.partialOf(host, row, this.own)
    if (groups === 0) return null
    const names = STAT_GROUP_NAMES.filter((_, group) => (groups & (1 << group)) !== 0)
    return { groups: names, reason: this.reasonOf(row, cause) }
  }

  private reasonOf(row: number, cause: PartialCause): string {
    const words = partialWords(cause)
    const since = this.from.partial.heldSince(row)
    if (since === null) return words
    const seconds = Math.max(0, Math.floor((this.from.clock.now() - since) / 1000))
    return `${words}: ${cause === PartialCause.Stuck ? 'stuck ' : 'for '}${formatValue('s', seconds)}`
  }

  age(row: number): RowAge {
    const host = this.hostOf(row)
    ownSamples(this.from.table, host, row, this.own)
    const readings = this.from.table.domainId[row] === -1 ? INACTIVE_READINGS : ACTIVE_READINGS
    const { ageMs, overdueMs } = ageOfReadings(host, this.own, readings, this.from.clock.now())
    if (Number.isNaN(ageMs)) return { ageMs: null, overdueMs: null }
    return { ageMs: Math.round(ageMs), overdueMs: Math.round(overdueMs) }
  }

  private withAge(row: number, { name, type, value, group }: RawValue): RawParameter {
    const at = this.from.table.times[group < 0 ? StatGroup.State : group]!.current[row]!
    return { name, type, value, ageMs: at === 0 ? 0 : Math.max(0, Math.round(this.from.clock.now() - at)) }
  }

  private hostOf(row: number): HostRecord {
    const host = this.from.hosts[this.from.table.hostRow[row]!]
    if (host === undefined) throw new RangeError(`row ${row} belongs to no host`)
    return host
  }
}
