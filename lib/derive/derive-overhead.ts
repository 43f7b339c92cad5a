import type { DomainTable } from '../columns/domain-table.ts'
import { groupBit, StatGroup } from '../metrics/types.ts'
import type { DerivedDomains } from './derived-domains.ts'
import { RESET_DELTA } from './derived-domains.ts'

const NS_PER_SECOND = 1e9
const CPU = groupBit(StatGroup.Cpu)
const VCPU = groupBit(StatGroup.Vcpu)
/** vCPU time moves in ticks of 10 ms: over a shorter time the difference of two sums would be mostly ticks. */
export const OVERHEAD_MEAN_SECONDS = 5

/**
 * `overheadCores`: runs after the CPU and vCPU groups of the same derivation (RA25).
 *
 * @remarks The value holds while the next mean is collected; an interval without both deltas makes it unknown and
 * starts the mean anew.
 */
export function deriveOverhead(table: DomainTable, rows: Int32Array, count: number, out: DerivedDomains): void {
  const cpuTimes = table.times[StatGroup.Cpu]!
  const vcpuTimes = table.times[StatGroup.Vcpu]!
  const column = out.columns.overheadCores
  const { overhead } = out
  const { cpuNs, vcpuNs, sumNs, sumSeconds } = overhead
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    const fresh = out.fresh[row]! & (CPU | VCPU)
    if (fresh === 0) continue
    const end = cpuTimes.current[row]!
    const start = cpuTimes.previous[row]!
    const samePair = fresh === (CPU | VCPU) && end === vcpuTimes.current[row]! && start === vcpuTimes.previous[row]!
    if (!samePair || cpuNs[row]! < 0 || vcpuNs[row]! < 0) {
      overhead.restart(row)
      const cpuReset = (fresh & CPU) !== 0 && cpuNs[row] === RESET_DELTA
      const vcpuReset = (fresh & VCPU) !== 0 && vcpuNs[row] === RESET_DELTA
      if (cpuReset || vcpuReset) column.setReset(row)
      else column.setUnknown(row)
      continue
    }
    overhead.add(row, start, cpuNs[row]! - vcpuNs[row]!, (end - start) / 1000)
    if (sumSeconds[row]! < OVERHEAD_MEAN_SECONDS) {
      // A value holds until the next mean is complete; the mark of a reset ends with the first good interval.
      if (!column.valid.get(row)) column.setUnknown(row)
      continue
    }
    column.set(row, sumNs[row]! / (sumSeconds[row]! * NS_PER_SECOND))
    sumNs[row] = 0
    sumSeconds[row] = 0
  }
}
