import { type DomainTable, RowFlag } from '../../../lib/columns/domain-table.ts'
import type { DerivedDomains } from '../../../lib/derive/derived-domains.ts'

/** What must be said beside a value, by metric id. */
export type RowNotes = Readonly<Record<string, string>>

/** What the values of a row hold that their names do not say (RA19, RA32, RA63, RA69). */
export function notesOf(table: DomainTable, derived: DerivedDomains, row: number): RowNotes {
  const { caps, stall, memoryIncludesCache, columns } = derived
  const notes: Record<string, string> = {}
  if (caps.vcpuCores[row]! > 0 || caps.processCores[row]! > 0) {
    for (const id of ['stealWorstPercent', 'stealMeanPercent', 'cpuDeniedPercent']) notes[id] = 'incl. own CPU cap'
  }
  if (caps.disks.has(row)) {
    for (const id of ['diskLatencyNs', 'diskReadLatencyNs', 'diskWriteLatencyNs']) notes[id] = 'incl. own I/O limit'
    if ((columns.diskCapPercent.get(row) ?? 0) >= AT_LIMIT_PERCENT) notes.diskCapPercent = 'at own limit'
  }
  if (memoryIncludesCache.get(row)) notes.memoryUsedKiB = notes.memoryUsedPercent = 'incl. cache'
  if (stall.justEnded.get(row)) notes.diskQueueDepth = 'first interval after a stall'
  if (stall.stopped.get(row)) notes.ioStoppedSeconds = 'suspected stall'
  if ((table.flags[row]! & RowFlag.OneThread) !== 0) {
    notes.cpuPercent = 'process time'
    notes.vcpuPercent = 'libvirt tells no time of single vCPUs'
  }
  return notes
}

const AT_LIMIT_PERCENT = 95
