import type { DerivedColumn } from '../columns/derived-column.ts'
import type { DomainTable } from '../columns/domain-table.ts'
import type { DerivedDomains } from './derived-domains.ts'
import { NO_NEW_SAMPLE } from './intervals.ts'
import type { DiskCap } from './row-caps.ts'

/**
 * `cpuCapPercent` of the given rows: what their CPU use is of their own quota (RA61).
 *
 * @remarks Runs after the CPU and vCPU metrics, out of which it is made. Rows without a quota cost one look.
 */
export function deriveCpuCap(rows: Int32Array, count: number, out: DerivedDomains): void {
  const { caps, columns } = out
  const { cpuBusiestVcpuPercent: busiest, coresUsed, cpuCapPercent: target } = columns
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    const perVcpu = caps.vcpuCores[row]!
    const together = caps.processCores[row]!
    let most = -1
    let reset = false
    if (perVcpu > 0) {
      if (busiest.valid.get(row)) most = busiest.values[row]! / perVcpu
      else reset = busiest.reset.get(row)
    }
    if (together > 0) {
      if (coresUsed.valid.get(row)) most = Math.max(most, (100 * coresUsed.values[row]!) / together)
      else reset ||= coresUsed.reset.get(row)
    }
    put(target, row, most, reset)
  }
}

/**
 * `diskCapPercent` of the given rows: the rate that is closest to its `<iotune>` limit, in percent of it (RA62).
 *
 * @remarks To be called while `scratch` holds the disks of the rows and `parts` their differences.
 */
export function deriveDiskCap(
  table: DomainTable,
  rows: Int32Array,
  count: number,
  parts: readonly Float64Array[],
  out: DerivedDomains,
): void {
  const { caps, scratch } = out
  const target = out.columns.diskCapPercent
  for (let i = 0; i < count; i++) {
    const seconds = scratch.seconds[i]!
    if (seconds === NO_NEW_SAMPLE) continue
    const row = rows[i]!
    const own = caps.disks.size === 0 ? undefined : caps.disks.get(row)
    let most = -1
    if (own !== undefined && seconds > 0) {
      for (const cap of own) most = Math.max(most, fillOf(table, cap, i, parts, out) / seconds)
    }
    put(target, row, most, own !== undefined && scratch.reset[i] === 1)
  }
}

/** The greatest sum of differences per limit, in percent; negative when no disk of the cap has a difference. */
function fillOf(
  table: DomainTable,
  { disks, limits }: DiskCap,
  i: number,
  parts: readonly Float64Array[],
  { scratch }: DerivedDomains,
): number {
  const { start, slots } = scratch
  let most = -1
  for (let kind = 0; kind < limits.length; kind++) {
    const limit = limits[kind]!
    if (limit <= 0) continue
    const part = parts[kind]!
    let sum = -1
    for (let j = start[i]!; j < start[i + 1]!; j++) {
      const delta = part[j]!
      if (Number.isNaN(delta) || !disks.includes(table.disks.names[slots[j]!]!)) continue
      sum = Math.max(sum, 0) + delta
    }
    if (sum >= 0) most = Math.max(most, (100 * sum) / limit)
  }
  return most
}

function put(target: DerivedColumn, row: number, value: number, reset: boolean): void {
  if (value >= 0) target.set(row, value)
  else if (reset) target.setReset(row)
  else target.setUnknown(row)
}
