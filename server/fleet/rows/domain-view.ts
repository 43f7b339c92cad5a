import type { DerivedColumn } from '../../../lib/columns/derived-column.ts'
import { type DomainTable, PARTIAL_MASK } from '../../../lib/columns/domain-table.ts'
import type { RowIndex } from '../../../lib/columns/row-index.ts'
import { type RawValue, readRaw, readStat } from '../../../lib/ingest/raw-reader.ts'
import type { StatsIngest } from '../../../lib/ingest/stats-ingest.ts'
import { swap32 } from '../../../lib/ingest/swap.ts'
import { reasonWord, stateWord } from '../../../lib/libvirt/words.ts'
import { groupBit, type Metric, STAT_GROUP_COUNT, StatGroup } from '../../../lib/metrics/types.ts'
import type { Clock } from '../../clock.ts'
import type { DomainIdentity, RawParameter, RowException } from '../fleet-reader.ts'
import { type HostRecord, ROSTER_INTERVAL_MS } from '../hosts/host-record.ts'
import { uuidText, uuidWords } from '../uuid.ts'

/** Inactive rows that were not read for three rosters are stale, as groups are after three intervals. */
const OVERDUE_MS = 3 * ROSTER_INTERVAL_MS

/** What the view reads; all of it belongs to the fleet. */
export interface DomainSources {
  readonly clock: Clock
  readonly table: DomainTable
  readonly index: RowIndex
  readonly stats: StatsIngest
  readonly metrics: ReadonlyMap<string, DerivedColumn>
  readonly hosts: readonly HostRecord[]
}

/** Reads single domains at full precision: for the API and the drill-down. */
export class DomainView {
  private readonly from: DomainSources

  constructor(sources: DomainSources) {
    this.from = sources
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
      ageMs: this.ageOf(host, row),
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
    const exceptions: RowException[] = []
    for (const host of this.from.hosts) {
      for (let i = 0; i < host.rows.count; i++) {
        const row = host.rows.rows[i]!
        const partialGroups = (this.from.table.flags[row]! & PARTIAL_MASK) | this.overdueGroups(host, row)
        if (partialGroups !== 0) exceptions.push({ row, partialGroups, sinceMs: this.lastComplete(row, partialGroups) })
      }
    }
    return exceptions
  }

  /**
   * The state group of an inactive row whose rosters do not come.
   *
   * @remarks Only the roster reads inactive domains, and the host's freshness speaks of the fast lane. A host out of
   * reach needs no exception: it tells for all its rows.
   */
  private overdueGroups(host: HostRecord, row: number): number {
    if (this.from.table.domainId[row] !== -1 || host.state === 'unreachable') return 0
    const at = this.from.table.times[StatGroup.State]!.current[row]!
    return at !== 0 && this.from.clock.now() - at > OVERDUE_MS ? groupBit(StatGroup.State) : 0
  }

  /** Time of the last complete sample among the groups that are partial now. */
  private lastComplete(row: number, groups: number): number {
    let since = 0
    for (let group = 0; group < STAT_GROUP_COUNT; group++) {
      if ((groups & (1 << group)) !== 0) since = Math.max(since, this.from.table.times[group]!.current[row]!)
    }
    return since
  }

  /** Age of the row's oldest polled group beyond the interval that the group keeps, at least 0. */
  private ageOf(host: HostRecord, row: number): number | null {
    const now = this.from.clock.now()
    const active = this.from.table.domainId[row] !== -1
    let age: number | null = null
    for (let group = 0; group < STAT_GROUP_COUNT; group++) {
      const at = this.from.table.times[group]!.current[row]!
      if (at === 0) continue
      age = Math.max(age ?? 0, now - at - (active ? host.intervalMs[group]! : ROSTER_INTERVAL_MS))
    }
    return age === null ? null : Math.round(age)
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
