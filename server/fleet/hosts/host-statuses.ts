import { type DomainTable, PARTIAL_MASK } from '../../../lib/columns/domain-table.ts'
import type { StatsIngest } from '../../../lib/ingest/stats-ingest.ts'
import type { HostStatus } from '../fleet-reader.ts'
import type { HostMetrics } from './host-metrics.ts'
import type { HostRecord } from './host-record.ts'
import type { SameMachine } from './same-machine.ts'

/** What statuses are read from; all of it belongs to the fleet. */
export interface StatusSources {
  readonly table: DomainTable
  readonly stats: StatsIngest
  readonly hostMetrics: HostMetrics
  readonly machines: SameMachine
}

/** The status of one host; counts over all its domains. */
export function hostStatus(record: HostRecord, now: number, from: StatusSources): HostStatus {
  const { domainId, flags } = from.table
  const { rows, count } = record.rows
  let active = 0
  let partial = 0
  for (let i = 0; i < count; i++) {
    if (domainId[rows[i]!] !== -1) active++
    if ((flags[rows[i]!]! & PARTIAL_MASK) !== 0) partial++
  }
  const unknownFields = from.stats.unknownPaths(rows, count).size
  const metrics = from.hostMetrics.values(record.row)
  return from.machines.tell(record, record.status(now, { active, partial, unknownFields, metrics }))
}
