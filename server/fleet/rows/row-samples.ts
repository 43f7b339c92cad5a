import type { DomainTable } from '../../../lib/columns/domain-table.ts'
import { ROSTER_READING, STAT_GROUP_COUNT, StatGroup } from '../../../lib/metrics/types.ts'
import { LANE_GROUPS, Lane } from '../fleet-writer.ts'
import type { HostRecord } from '../hosts/host-record.ts'

const AS_HOST = Number.NaN
const NEVER = Number.NEGATIVE_INFINITY

/** How a row's samples compare with those of the last readings of all domains of its host. */
export const Differs = {
  No: 0,
  /** Read since by a call about some domains, or too young to have been read. */
  Newer: 1,
  /** The last reading of all domains did not renew some of it. */
  Older: 2,
} as const
export type Differs = (typeof Differs)[keyof typeof Differs]

/**
 * Tells by stat group when a row itself was sampled, where that differs from its host's readings.
 *
 * @param into - Monotonic ms; NaN as the host, -Infinity never.
 */
export function ownSamples(table: DomainTable, host: HostRecord, row: number, into: Float64Array): Differs {
  into.fill(AS_HOST)
  if (table.domainId[row] === -1) return ownSample(table, host, row, StatGroup.State, ROSTER_READING, into)
  let differs: Differs = Differs.No
  for (let group = 0; group < STAT_GROUP_COUNT; group++) {
    const step = ownSample(table, host, row, group as StatGroup, group, into)
    if (step > differs) differs = step
  }
  for (const lane of [Lane.Fast, Lane.Monitor]) {
    if (neverSampled(table, row, lane)) differs = neverYet(host, lane, differs, into)
  }
  // Groups that the domain does not have are as old as nothing.
  if (differs !== Differs.No) markAbsent(table, row, into)
  return differs
}

function ownSample(
  table: DomainTable,
  host: HostRecord,
  row: number,
  group: StatGroup,
  reading: number,
  into: Float64Array,
): Differs {
  const at = table.times[group]!.current[row]!
  // Without a sample of its own, a group is as its host says: the domain may not have it.
  if (at === 0 || (at >= host.sampledAt[reading]! && at <= host.takenAt[reading]!)) return Differs.No
  into[group] = at
  return at < host.sampledAt[reading]! ? Differs.Older : Differs.Newer
}

function neverSampled(table: DomainTable, row: number, lane: Lane): boolean {
  return table.times.every(({ current }, group) => (LANE_GROUPS[lane] & (1 << group)) === 0 || current[row] === 0)
}

/** A domain that no reply of a lane has told of yet is not as old as the host's last reading in it. */
function neverYet(host: HostRecord, lane: Lane, differs: Differs, into: Float64Array): Differs {
  let result = differs
  for (let group = 0; group < STAT_GROUP_COUNT; group++) {
    if ((LANE_GROUPS[lane] & (1 << group)) === 0 || Number.isNaN(host.sampledAt[group]!)) continue
    into[group] = NEVER
    if (result === Differs.No) result = Differs.Newer
  }
  return result
}

function markAbsent(table: DomainTable, row: number, into: Float64Array): void {
  for (let group = 0; group < STAT_GROUP_COUNT; group++) {
    if (table.times[group]!.current[row] === 0) into[group] = NEVER
  }
}
