import type { DomainTable } from '../columns/domain-table.ts'
import { RowFlag } from '../columns/domain-table.ts'
import { STAT_GROUP_COUNT } from '../metrics/types.ts'
import type { DerivedDomains } from './derived-domains.ts'

const SHUT_OFF = 5
const ALL_GROUPS = (1 << STAT_GROUP_COUNT) - 1

/** Whether a row has a running domain process, so that its counters mean something (RA9). */
export function isActive(table: DomainTable, row: number): boolean {
  if (table.domainId[row]! < 0) return false
  return table.wire.gauges['state.state'].get(row) !== SHUT_OFF
}

/**
 * First step of a derivation: finds rows whose domain process ended or changed and empties them (RA6, RA9).
 *
 * @remarks `RowFlag.Restarted` is taken over into `restarted`, group by group, and cleared here: groups are sampled by
 * different calls, so that each has its own first interval after the restart.
 */
export function settleRows(table: DomainTable, rows: Int32Array, count: number, out: DerivedDomains): void {
  const flags = table.flags
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    out.fresh[row] = 0
    const live = isActive(table, row) ? 1 : 0
    const restarted = (flags[row]! & RowFlag.Restarted) !== 0
    if (restarted) {
      flags[row]! &= ~RowFlag.Restarted
      out.restarted[row] = ALL_GROUPS
      out.stall.disks[row] = 0
    }
    if (restarted || (live === 0 && out.live[row] === 1)) emptyRow(out, row, live === 1)
    out.live[row] = live
  }
}

function emptyRow(out: DerivedDomains, row: number, reset: boolean): void {
  out.forget(row)
  for (const column of out.gauges) column.setUnknown(row)
  if (reset) for (const column of out.rates) column.setReset(row)
  else for (const column of out.rates) column.setUnknown(row)
}
