import type { Encoding, Entity, Metric, MetricSource, Unit } from './types.ts'
import { StatGroup } from './types.ts'

const { State, Cpu, Balloon, Vcpu, Interface, Block } = StatGroup

const derived = (...groups: StatGroup[]): MetricSource => ({ kind: 'derived', groups })
const NODE: MetricSource = { kind: 'node' }

function metric<const Id extends string>(
  id: Id,
  alias: string,
  unit: Unit,
  label: string,
  source: MetricSource,
  description: string,
  options: { entity?: Entity; encoding?: Encoding; higherIsWorse?: boolean } = {},
): Metric & { readonly id: Id } {
  const { entity = 'domain', encoding = 'ufloat16', higherIsWorse = true } = options
  return { id, alias, entity, unit, label, description, encoding, source, higherIsWorse }
}

const HOST = { entity: 'host' } as const

/**
 * Every metric of domains and hosts, in the order in which the picker offers them.
 *
 * @remarks One entry here is all that a new metric needs besides its rule in `lib/derive`: poll mask, columns, sync,
 * picker, API and formats follow. Ids are stable API. Formulas: docs/spec/rates.md.
 */
export const METRICS = [
  metric(
    'state',
    'state',
    'word',
    'State',
    { kind: 'wire', group: State, fieldPath: 'state.state', shape: 'gauge' },
    'What libvirt says the domain does.',
    { encoding: 'dict16' },
  ),
  metric(
    'cpuPercent',
    'cpu',
    '%',
    'CPU',
    derived(Vcpu),
    'Host time of all vCPU threads, as a share of the online vCPUs. Halt polling is included. Where an emulator runs all vCPUs in one thread: time of the process, marked.',
  ),
  metric(
    'cpuBusiestVcpuPercent',
    'busiest',
    '%',
    'Busiest vCPU',
    derived(Vcpu),
    'The busiest single vCPU. One saturated thread among 64 vCPUs reads 1.6 % in CPU, and 100 % here.',
  ),
  metric(
    'coresUsed',
    'cores',
    'cores',
    'Cores used',
    derived(Cpu),
    'Host CPU time of the whole process: guest, emulator and I/O threads.',
  ),
  metric(
    'hostSharePercent',
    'hostshare',
    '%',
    'Share of host',
    derived(Cpu),
    'Cores used, as a share of the CPUs of the host.',
  ),
  metric(
    'overheadCores',
    'overhead',
    'cores',
    'Overhead',
    derived(Cpu, Vcpu),
    'Cores used outside the vCPU threads, mean over at least 5 s. Clock ticks can make it slightly negative.',
    { encoding: 'sfloat16' },
  ),
  metric(
    'stealWorstPercent',
    'steal',
    '%',
    'Steal, worst vCPU',
    derived(Vcpu),
    'Time that the worst vCPU was ready to run and the host had no CPU for it. Includes throttling by its own CPU quota.',
  ),
  metric(
    'stealMeanPercent',
    'stealmean',
    '%',
    'Steal, mean',
    derived(Vcpu),
    'Run-queue delay of all vCPUs, as a share of the online vCPUs.',
  ),
  metric(
    'cpuDeniedPercent',
    'denied',
    '%',
    'CPU denied',
    derived(Vcpu),
    'Of the CPU time that the guest wanted, the share that it did not get.',
  ),
  metric(
    'cpuCapPercent',
    'cpucap',
    '%',
    'Of own CPU cap',
    derived(Cpu, Vcpu),
    'CPU use as a share of what the domain may use by its own quota: the vCPU, or the whole process, that is closest to it. Unknown without a quota.',
  ),
  metric(
    'haltPollCores',
    'haltpoll',
    'cores',
    'Halt polling',
    derived(Cpu),
    'Host CPU time spent polling on behalf of idle vCPUs. Idle guests look busy by this much.',
  ),
  metric(
    'exitsPerSecond',
    'exits',
    '1/s',
    'KVM exits',
    derived(Vcpu),
    'VM exits of all vCPUs. Only hosts that report KVM statistics have it.',
  ),
  metric('vcpuOnline', 'vcpus', 'count', 'vCPUs', derived(Vcpu), 'vCPUs that are online.', {
    encoding: 'u16',
    higherIsWorse: false,
  }),
  metric('vcpuMaximum', 'vcpumax', 'count', 'vCPUs, maximum', derived(Vcpu), 'vCPUs that could be plugged in.', {
    encoding: 'u16',
    higherIsWorse: false,
  }),
  metric(
    'memoryUsedPercent',
    'mem%',
    '%',
    'Memory used',
    derived(Balloon),
    'What the guest says it uses, of what it sees. Unknown where the guest gives no memory statistics.',
  ),
  metric(
    'memoryUsedKiB',
    'mem',
    'KiB',
    'Memory used',
    derived(Balloon),
    'Available minus usable, as the guest sees it.',
  ),
  metric('memoryCacheKiB', 'cache', 'KiB', 'Page cache', derived(Balloon), 'Disk caches inside the guest.'),
  metric(
    'memoryAllocatedKiB',
    'alloc',
    'KiB',
    'Memory allocated',
    derived(Balloon),
    'What the host has promised to the guest now.',
  ),
  metric('memoryMaximumKiB', 'memmax', 'KiB', 'Memory, maximum', derived(Balloon), 'What the balloon can grow to.'),
  metric(
    'rssKiB',
    'rss',
    'KiB',
    'RSS',
    derived(Balloon),
    'Resident memory of the process on the host. Huge pages are not in it.',
  ),
  metric(
    'balloonAgeSeconds',
    'balloonage',
    's',
    'Age of guest memory',
    derived(Balloon),
    'Time since the guest last renewed its own memory statistics.',
  ),
  metric('swapInKiBps', 'swapin', 'KiB/s', 'Swap in', derived(Balloon), 'Read back from swap inside the guest.'),
  metric('swapOutKiBps', 'swapout', 'KiB/s', 'Swap out', derived(Balloon), 'Written to swap inside the guest.'),
  metric(
    'majorFaultsPerSecond',
    'majflt',
    '1/s',
    'Major faults',
    derived(Balloon),
    'Page faults inside the guest that needed a disk.',
  ),
  metric(
    'minorFaultsPerSecond',
    'minflt',
    '1/s',
    'Minor faults',
    derived(Balloon),
    'Page faults inside the guest that needed no disk.',
  ),
  metric('diskIops', 'iops', '1/s', 'Disk IOPS', derived(Block), 'Reads and writes finished per second, all disks.'),
  metric('diskReadIops', 'riops', '1/s', 'Disk reads', derived(Block), 'Reads finished per second, all disks.'),
  metric('diskWriteIops', 'wiops', '1/s', 'Disk writes', derived(Block), 'Writes finished per second, all disks.'),
  metric('diskFlushIops', 'fiops', '1/s', 'Disk flushes', derived(Block), 'Flushes finished per second, all disks.'),
  metric('diskBps', 'diskbps', 'B/s', 'Disk throughput', derived(Block), 'Bytes read and written per second.'),
  metric('diskReadBps', 'rbps', 'B/s', 'Disk read', derived(Block), 'Bytes read per second.'),
  metric('diskWriteBps', 'wbps', 'B/s', 'Disk write', derived(Block), 'Bytes written per second.'),
  metric(
    'diskLatencyNs',
    'lat',
    'ns',
    'Disk latency',
    derived(Block),
    "Mean time of a read or write, over all disks. Unknown when no request finished. Includes the disk's own limits.",
  ),
  metric('diskReadLatencyNs', 'rlat', 'ns', 'Read latency', derived(Block), 'Mean time of a read.'),
  metric('diskWriteLatencyNs', 'wlat', 'ns', 'Write latency', derived(Block), 'Mean time of a write.'),
  metric('diskFlushLatencyNs', 'flat', 'ns', 'Flush latency', derived(Block), 'Mean time of a flush.'),
  metric(
    'diskQueueDepth',
    'queue',
    'requests',
    'Disk queue',
    derived(Block),
    "Mean number of reads and writes under way, by Little's law.",
  ),
  metric(
    'diskCapPercent',
    'diskcap',
    '%',
    'Of own I/O limit',
    derived(Block),
    'The disk rate that is closest to its own <iotune> limit, as a share of it. At the limit from 95 %. Unknown without a limit.',
  ),
  metric(
    'ioStoppedSeconds',
    'iostopped',
    's',
    'I/O stopped',
    derived(Block),
    'Time since a disk request finished last, for a domain that had at least 5 a second and then none: a suspected stall of its storage. 0 while requests finish.',
  ),
  metric(
    'diskRequestBytes',
    'reqsize',
    'B',
    'Request size',
    derived(Block),
    'Mean size of a read or write. Unknown when idle.',
    { higherIsWorse: false },
  ),
  metric('netRxBps', 'rx', 'B/s', 'Network in', derived(Interface), 'Into the guest, all interfaces.'),
  metric('netTxBps', 'tx', 'B/s', 'Network out', derived(Interface), 'Out of the guest, all interfaces.'),
  metric('netRxPps', 'rxpps', '1/s', 'Packets in', derived(Interface), 'Packets into the guest.'),
  metric('netTxPps', 'txpps', '1/s', 'Packets out', derived(Interface), 'Packets out of the guest.'),
  metric('netRxErrorsPerSecond', 'rxerr', '1/s', 'Errors in', derived(Interface), 'Receive errors.'),
  metric('netTxErrorsPerSecond', 'txerr', '1/s', 'Errors out', derived(Interface), 'Transmit errors.'),
  metric(
    'netRxDropsPerSecond',
    'rxdrop',
    '1/s',
    'Drops in',
    derived(Interface),
    'Packets dropped on the way into the guest. Usually the guest does not drain its queue.',
  ),
  metric(
    'netTxDropsPerSecond',
    'txdrop',
    '1/s',
    'Drops out',
    derived(Interface),
    'Packets dropped on the way out of the guest.',
  ),
  metric(
    'hostCpuPercent',
    'hostcpu',
    '%',
    'CPU',
    NODE,
    'Busy time of all CPUs of the host, I/O wait not counted.',
    HOST,
  ),
  metric('hostIowaitPercent', 'hostiowait', '%', 'I/O wait', NODE, 'Time that CPUs idled with I/O outstanding.', HOST),
  metric(
    'hostCoresUsedByGuests',
    'hostcores',
    'cores',
    'Cores used by guests',
    derived(Cpu),
    'Sum of the cores used by the domains of this host.',
    HOST,
  ),
  metric(
    'hostCoresWaiting',
    'hostwaiting',
    'cores',
    'Cores waiting',
    derived(Vcpu),
    'vCPUs that were ready and had to wait for a CPU, on average.',
    HOST,
  ),
  metric('hostMemoryUsedKiB', 'hostmem', 'KiB', 'Memory used', NODE, 'Total minus available memory of the host.', HOST),
  metric('hostMemoryUsedPercent', 'hostmem%', '%', 'Memory used', NODE, 'Used memory of the host, of its total.', HOST),
  metric(
    'hostVcpuOvercommit',
    'vcpuover',
    'ratio',
    'vCPU overcommit',
    derived(Vcpu),
    'vCPUs of running and paused domains for each CPU of the host.',
    HOST,
  ),
  metric(
    'hostMemoryOvercommit',
    'memover',
    'ratio',
    'Memory overcommit',
    derived(Balloon),
    'Memory promised to domains, for each byte of the host outside its huge pages. Domains on huge pages are not in it.',
    HOST,
  ),
  metric(
    'hostHugePagesTotalKiB',
    'hugepages',
    'KiB',
    'Huge pages',
    NODE,
    'Memory reserved as huge pages, used or not. It counts as used memory of the host.',
    HOST,
  ),
  metric(
    'hostHugePagesFreeKiB',
    'hugefree',
    'KiB',
    'Huge pages free',
    NODE,
    'Reserved huge pages that nobody uses. No ordinary program can have them.',
    HOST,
  ),
  metric(
    'hostHugePagesOvercommit',
    'hugeover',
    'ratio',
    'Huge pages promised',
    derived(Balloon),
    'Memory promised to domains on huge pages, for each byte of the huge pages of the host.',
    HOST,
  ),
  metric(
    'hostStealWorstPercent',
    'hoststeal',
    '%',
    'Worst steal',
    derived(Vcpu),
    'The worst steal of any domain of this host.',
    HOST,
  ),
  metric(
    'hostDiskLatencyWorstNs',
    'hostlat',
    'ns',
    'Worst latency',
    derived(Block),
    'The worst disk latency of any domain of this host.',
    HOST,
  ),
] as const satisfies readonly Metric[]

export type MetricId = (typeof METRICS)[number]['id']
/** Metrics of domain rows, by id. */
export type DomainMetricId = Exclude<MetricId, `host${Capitalize<string>}`> | 'hostSharePercent'
/** Metrics of host rows, by id. */
export type HostMetricId = Exclude<Extract<MetricId, `host${Capitalize<string>}`>, 'hostSharePercent'>

const byName = new Map<string, Metric>()
for (const entry of METRICS) {
  byName.set(entry.id, entry)
  byName.set(entry.alias, entry)
}

/** Finds a metric by id or alias; null when there is none. */
export function findMetric(idOrAlias: string): Metric | null {
  return byName.get(idOrAlias) ?? null
}

/** All metrics of one entity, in catalogue order. */
export function metricsOf(entity: Entity): readonly Metric[] {
  return METRICS.filter((entry) => entry.entity === entity)
}
