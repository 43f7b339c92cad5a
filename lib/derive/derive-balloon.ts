import type { DomainTable } from '../columns/domain-table.ts'
import type { DerivedDomains } from './derived-domains.ts'
import { copyGauge } from './kernels.ts'

/** Memory gauges of the rows, and what the guest says it uses (RA32 to RA36). */
export function deriveMemory(table: DomainTable, rows: Int32Array, count: number, out: DerivedDomains): void {
  const gauges = table.wire.gauges
  const columns = out.columns
  copyGauge(gauges['balloon.current'], columns.memoryAllocatedKiB, rows, count)
  copyGauge(gauges['balloon.maximum'], columns.memoryMaximumKiB, rows, count)
  copyGauge(gauges['balloon.rss'], columns.rssKiB, rows, count)
  copyGauge(gauges['balloon.disk_caches'], columns.memoryCacheKiB, rows, count)
  deriveMemoryUsed(table, rows, count, out)
}

function deriveMemoryUsed(table: DomainTable, rows: Int32Array, count: number, out: DerivedDomains): void {
  const gauges = table.wire.gauges
  const available = gauges['balloon.available']
  const usable = gauges['balloon.usable']
  const unused = gauges['balloon.unused']
  const stamp = gauges['balloon.last-update']
  const { memoryUsedKiB, memoryUsedPercent } = out.columns
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    const cacheIsUsed = !usable.valid.get(row)
    const free = cacheIsUsed ? unused : usable
    const silent = stamp.valid.get(row) && stamp.values[row] === 0
    const total = available.values[row]!
    const used = total - free.values[row]!
    if (silent || !available.valid.get(row) || !free.valid.get(row) || used < 0) {
      memoryUsedKiB.setUnknown(row)
      memoryUsedPercent.setUnknown(row)
      out.memoryIncludesCache.clear(row)
      continue
    }
    memoryUsedKiB.set(row, used)
    if (total > 0) memoryUsedPercent.set(row, (used * 100) / total)
    else memoryUsedPercent.setUnknown(row)
    if (cacheIsUsed) out.memoryIncludesCache.set(row)
    else out.memoryIncludesCache.clear(row)
  }
}
