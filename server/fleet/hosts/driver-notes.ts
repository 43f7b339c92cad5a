import { driverLimits, infoMeaning } from '../../../lib/libvirt/driver-stats.ts'
import { metricsOf } from '../../../lib/metrics/catalogue.ts'
import { type Metric, StatGroup } from '../../../lib/metrics/types.ts'
import type { HostFacts } from '../../libvirt/host-session.ts'
import type { RowNotes } from '../rows/row-notes.ts'

const NONE: RowNotes = {}
/** Groups of which single calls tell something. Of the vCPUs it is only how many there are. */
const TOLD_BY_SINGLE: ReadonlySet<StatGroup> = new Set([StatGroup.State, StatGroup.Cpu, StatGroup.Balloon])
const COUNTS: ReadonlySet<string> = new Set(['vcpuOnline', 'vcpuMaximum'])

/** Metrics that a host's driver cannot give at all, with words that say so, by metric id; empty for most drivers. */
export function driverNotes(facts: HostFacts | null): RowNotes {
  if (facts === null || driverLimits(facts.type, facts.stats).length === 0) return NONE
  if (facts.stats === 'bulk-waiting') return NONE
  const told = facts.stats === 'single' ? TOLD_BY_SINGLE : new Set<StatGroup>([StatGroup.State])
  const lacking = metricsOf('domain').filter((metric) => isLacking(metric, told))
  const notes = Object.fromEntries(lacking.map(({ id }) => [id, `the ${facts.type} driver does not give it`]))
  const isUse = facts.stats === 'single' && infoMeaning(facts.type).memory === 'used'
  return isUse ? { ...notes, rssKiB: 'incl. page cache' } : notes
}

function isLacking({ id, source }: Metric, told: ReadonlySet<StatGroup>): boolean {
  if (COUNTS.has(id)) return false
  if (source.kind === 'wire') return !told.has(source.group)
  // CPU use is made of the process where vCPUs are not told apart.
  if (id === 'cpuPercent') return !told.has(StatGroup.Cpu)
  return source.kind === 'derived' && source.groups.some((group) => !told.has(group))
}
