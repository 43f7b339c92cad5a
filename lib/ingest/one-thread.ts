import { NO_CHILD } from '../columns/child-table.ts'
import { type DomainTable, RowFlag } from '../columns/domain-table.ts'
import type { Shape } from './shape.ts'

/**
 * Finds out from a record whether the emulator runs all vCPUs of a row's domain in one thread (RA19). libvirt then has
 * no `vcpu.N.*` of it, ever, and says nowhere why.
 *
 * @remarks A record that has *lost* its vCPUs is told from that: the row has seen vCPUs in this process, or the record
 * has nothing of what libvirt gets only while it holds the domain.
 */
export function noteThreads(table: DomainTable, shape: Shape, row: number): void {
  if (shape.vcpuCurrentField < 0 || table.domainId[row] === -1) return
  if (shape.vcpuEntries > 0) table.flags[row]! &= ~RowFlag.OneThread
  else if (hasNoVcpu(table, row) && hasAnswered(shape)) table.flags[row]! |= RowFlag.OneThread
}

/** Whether a record of this shape names no vCPU because the row's process has no thread for each. */
export function isWithoutThreads(table: DomainTable, shape: Shape, row: number): boolean {
  return shape.vcpuEntries === 0 && (table.flags[row]! & RowFlag.OneThread) !== 0
}

/**
 * The monitor of a row's domain is known to be free: if its vCPUs are missing all the same, and never were there, then
 * they have no threads. For domains whose records cannot show it, because they have neither balloon nor disk.
 *
 * @returns Whether that was not known before.
 */
export function settleThreads(table: DomainTable, row: number): boolean {
  if ((table.flags[row]! & RowFlag.PartialVcpu) === 0 || !hasNoVcpu(table, row)) return false
  if (!((table.wire.gauges['vcpu.current'].get(row) ?? 0) > 0)) return false
  table.flags[row] = (table.flags[row]! & ~RowFlag.PartialVcpu) | RowFlag.OneThread
  return true
}

function hasNoVcpu(table: DomainTable, row: number): boolean {
  return table.vcpus.first[row] === NO_CHILD
}

/**
 * Whether libvirt held the domain when it made the record: only then it tells RSS, and has counters from the monitor. A
 * record without `vcpu.maximum`, which no bulk reply leaves out, is made from GET_INFO: there is no monitor to hold, and
 * never a vCPU.
 */
function hasAnswered(shape: Shape): boolean {
  if (shape.fieldOf('vcpu.maximum') < 0) return true
  const asked = shape.children.some(({ entity, hasCounters }) => entity === 'disk' && hasCounters)
  return asked || shape.fieldOf('balloon.rss') >= 0
}
