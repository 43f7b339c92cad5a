import { type DomainTable, PARTIAL_MASK } from '../../../lib/columns/domain-table.ts'
import { PartialCause } from '../../../lib/metrics/partial-cause.ts'
import { STAT_GROUP_COUNT, StatGroup } from '../../../lib/metrics/types.ts'
import { STALE_INTERVALS } from '../../../lib/query/freshness.ts'
import type { Clock } from '../../clock.ts'
import type { RowException } from '../fleet-reader.ts'
import type { HostRecord } from '../hosts/host-record.ts'
import type { PartialRows } from './partial-rows.ts'
import { Differs, ownSamples } from './row-samples.ts'

/**
 * Rows of a host that are told apart because they are *newer* than its readings; with more, the host tells for all. A
 * start of many at once and lists of thousands are soon over, and until then only make rows seem older than they are.
 */
const MOST_NEWER = 200

/** What exceptions are read from; all of it belongs to the fleet. */
export interface ExceptionSources {
  readonly clock: Clock
  readonly table: DomainTable
  readonly hosts: readonly HostRecord[]
  readonly partial: PartialRows
}

interface Exception extends RowException {
  readonly row: number
  partialGroups: number
  cause: PartialCause
  seen: number
}

/** Finds the rows that differ from their host's freshness: partial ones, and those read at another time. */
export class RowExceptions {
  private readonly from: ExceptionSources
  /** Used again from call to call: some rows differ for hours. */
  private readonly known = new Map<number, Exception>()
  private readonly found: Exception[] = []
  private readonly newer: Exception[] = []
  private readonly scratch = new Float64Array(STAT_GROUP_COUNT)
  private calls = 0

  constructor(sources: ExceptionSources) {
    this.from = sources
  }

  /** Those of all hosts; valid until the next call. */
  all(): readonly RowException[] {
    this.calls++
    this.found.length = 0
    for (const host of this.from.hosts) {
      this.newer.length = 0
      for (let i = 0; i < host.rows.count; i++) this.look(host, host.rows.rows[i]!)
      if (this.newer.length <= MOST_NEWER) this.found.push(...this.newer)
    }
    for (const [row, { seen }] of this.known) if (seen !== this.calls) this.known.delete(row)
    return this.found
  }

  /** Which groups a row is partial in, and why; `None` for a whole one. `own` is of {@link ownSamples}. */
  partialOf(host: HostRecord, row: number, own: Float64Array): { groups: number; cause: PartialCause } {
    const groups = this.from.table.flags[row]! & PARTIAL_MASK
    if (groups !== 0) return { groups, cause: this.from.partial.causeOf(row) }
    const left = this.leftOut(host, row, own)
    return { groups: left, cause: left === 0 ? PartialCause.None : PartialCause.LeftOut }
  }

  private look(host: HostRecord, row: number): void {
    if (this.isUsual(host, row)) return
    const differs = ownSamples(this.from.table, host, row, this.scratch)
    const { groups, cause } = this.partialOf(host, row, this.scratch)
    if (differs === Differs.No && groups === 0) return
    const exception = this.exceptionOf(row)
    exception.partialGroups = groups
    exception.cause = cause
    exception.sampledAt.set(this.scratch)
    exception.seen = this.calls
    if (differs === Differs.Newer && groups === 0) this.newer.push(exception)
    else this.found.push(exception)
  }

  /** The quick look at what nearly all rows are: whole, and read with all others. */
  private isUsual({ sampledAt, takenAt }: HostRecord, row: number): boolean {
    const { domainId, flags, times } = this.from.table
    if (domainId[row] === -1 || (flags[row]! & PARTIAL_MASK) !== 0) return false
    const state = times[StatGroup.State]!.current[row]!
    const cpu = times[StatGroup.Cpu]!.current[row]!
    return (
      state >= sampledAt[StatGroup.State]! &&
      state <= takenAt[StatGroup.State]! &&
      cpu >= sampledAt[StatGroup.Cpu]! &&
      cpu <= takenAt[StatGroup.Cpu]!
    )
  }

  private exceptionOf(row: number): Exception {
    let exception = this.known.get(row)
    if (exception === undefined) {
      const sampledAt = new Float64Array(STAT_GROUP_COUNT)
      exception = { row, partialGroups: 0, cause: PartialCause.None, sampledAt, seen: 0 }
      this.known.set(row, exception)
    }
    return exception
  }

  /** Groups that replies about all domains have not told of for several intervals, though they came. */
  private leftOut({ sampledAt, intervalMs }: HostRecord, row: number, own: Float64Array): number {
    if (this.from.table.domainId[row] === -1) return 0
    let groups = 0
    for (let group = 0; group < STAT_GROUP_COUNT; group++) {
      const at = own[group]!
      if (Number.isFinite(at) && sampledAt[group]! - at > STALE_INTERVALS * intervalMs[group]!) groups |= 1 << group
    }
    return groups
  }
}
