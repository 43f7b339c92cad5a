/**
 * How the statistics of a driver are got: `bulk` by one call for all domains, `bulk-waiting` by the same without the
 * flag NOWAIT, which it refuses, `single` by lists of domains and a call for each.
 */
export type StatsWay = 'bulk' | 'bulk-waiting' | 'single'

/** What the two figures of GET_INFO that drivers disagree about are. */
export interface InfoMeaning {
  /** `cpuTime` is that of the domain's processes; else it is something else and of no use. */
  readonly hasCpuTime: boolean
  /** `memory` is what the domain has been given, or what it uses at the moment. */
  readonly memory: 'given' | 'used'
}

const USUAL: InfoMeaning = { hasCpuTime: true, memory: 'given' }

/**
 * Drivers that are another way, by what GET_TYPE says. The container's memory is that of its cgroup; the test driver's
 * `cpuTime` is the time of day.
 */
const MEANINGS: Readonly<Record<string, InfoMeaning>> = {
  LXC: { hasCpuTime: true, memory: 'used' },
  TEST: { hasCpuTime: false, memory: 'given' },
}

/** What GET_INFO's figures are with a driver. */
export function infoMeaning(type: string): InfoMeaning {
  return MEANINGS[type] ?? USUAL
}

/** What a driver cannot give, in words for the operator; empty for one that gives everything. */
export function driverLimits(type: string, way: StatsWay): string[] {
  if (type === 'TEST' && way !== 'single') {
    return ['CPU, memory, disk and network statistics: the test driver of libvirt gives states only']
  }
  if (way === 'bulk-waiting') {
    return [`bulk statistics without waiting: the ${type} driver refuses that flag, so a domain in a job may delay all`]
  }
  return way === 'single' ? singleLimits(type) : []
}

function singleLimits(type: string): string[] {
  const { hasCpuTime, memory } = infoMeaning(type)
  const given = hasCpuTime ? 'CPU time and memory come' : 'memory comes'
  const limits = [
    `disk, network and vCPU statistics: the ${type} driver has no bulk statistics; ${given} from a call for each domain`,
  ]
  if (!hasCpuTime) limits.push(`CPU time: what the ${type} driver tells is not that of the domain`)
  if (memory === 'used') limits.push('resident memory without page cache: RSS is what the cgroup of a container holds')
  return limits
}
