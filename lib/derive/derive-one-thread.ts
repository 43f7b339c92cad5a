import { type DomainTable, RowFlag } from '../columns/domain-table.ts'
import type { DerivedDomains } from './derived-domains.ts'

/**
 * `cpuPercent` of rows whose emulator runs all vCPUs in one thread, out of the time of the process (RA19).
 *
 * @remarks Runs after the CPU and vCPU metrics, out of which it is made. Other rows cost one look.
 */
export function deriveOneThread(table: DomainTable, rows: Int32Array, count: number, out: DerivedDomains): void {
  const { cpuPercent, coresUsed } = out.columns
  const vcpus = table.wire.gauges['vcpu.current']
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    if ((table.flags[row]! & RowFlag.OneThread) === 0) continue
    const online = vcpus.valid.get(row) ? vcpus.values[row]! : 0
    if (coresUsed.valid.get(row) && online > 0) cpuPercent.set(row, (100 * coresUsed.values[row]!) / online)
    else if (coresUsed.reset.get(row)) cpuPercent.setReset(row)
    else cpuPercent.setUnknown(row)
  }
}
