import type { Lack } from './empty-reasons.ts'

/** A series that a chart may have: metric id, label, colour. */
type Wanted = readonly [metric: string, label: string, colour: number]

/** A chart as it is for every domain: what it may show. */
export interface ChartPlan {
  readonly id: string
  readonly title: string
  readonly hint: string
  readonly series: readonly Wanted[]
  /** Without it there is nothing to show. */
  readonly needs?: Lack
  /** What it means that there is nothing to show, where it means something. */
  readonly quiet?: string
}

export const CPU_CHARTS: readonly ChartPlan[] = [
  {
    id: 'cpu',
    title: 'CPU',
    hint: 'Host time of the vCPU threads. 10 ms ticks make it uncertain by 1 % at one second.',
    series: [
      ['cpuPercent', 'all vCPUs', 1],
      ['cpuBusiestVcpuPercent', 'busiest', 2],
      ['cpuCapPercent', 'of own cap', 4],
    ],
  },
  {
    id: 'steal',
    title: 'Steal',
    hint: 'Time that vCPUs were ready to run and had no CPU. Throttling by an own CPU quota is in it.',
    series: [
      ['stealWorstPercent', 'worst vCPU', 5],
      ['stealMeanPercent', 'mean', 1],
      ['cpuDeniedPercent', 'denied', 8],
    ],
    needs: 'delay',
  },
  {
    id: 'cores',
    title: 'Cores',
    hint: 'CPU time of the whole process on the host.',
    series: [
      ['coresUsed', 'used', 1],
      ['overheadCores', 'overhead', 2],
      ['haltPollCores', 'halt polling', 8],
    ],
  },
  {
    id: 'exits',
    title: 'KVM exits',
    hint: 'Exits of all vCPUs.',
    series: [['exitsPerSecond', 'exits', 1]],
    needs: 'kvm',
  },
]

export const MEMORY_CHARTS: readonly ChartPlan[] = [
  {
    id: 'memory',
    title: 'Memory',
    hint: 'Used and cache as the guest tells them; allocated is what the host promised; RSS is what it pays, without huge pages.',
    series: [
      ['memoryUsedKiB', 'used', 1],
      ['memoryCacheKiB', 'cache', 3],
      ['rssKiB', 'RSS', 2],
      ['memoryAllocatedKiB', 'allocated', 8],
      ['memoryMaximumKiB', 'maximum', 4],
    ],
  },
  {
    id: 'swap',
    title: 'Swap',
    hint: 'Inside the guest.',
    series: [
      ['swapInKiBps', 'in', 1],
      ['swapOutKiBps', 'out', 2],
    ],
    needs: 'balloon',
  },
  {
    id: 'faults',
    title: 'Page faults',
    hint: 'Inside the guest; major ones needed a disk.',
    series: [
      ['majorFaultsPerSecond', 'major', 5],
      ['minorFaultsPerSecond', 'minor', 1],
    ],
    needs: 'balloon',
  },
  {
    id: 'balloon-age',
    title: 'Age of guest memory',
    hint: 'Time since the guest renewed its memory statistics: used, cache, swap and faults are this old.',
    series: [['balloonAgeSeconds', 'age', 8]],
    needs: 'balloon',
  },
]

/** Why latency and request size are empty as a rule. */
export const NO_REQUEST = 'no request finished in this time'

export const DISK_CHARTS: readonly ChartPlan[] = [
  {
    id: 'iops',
    title: 'IOPS',
    hint: 'Requests that finished.',
    series: [
      ['diskReadIops', 'read', 1],
      ['diskWriteIops', 'write', 2],
      ['diskFlushIops', 'flush', 3],
    ],
  },
  {
    id: 'throughput',
    title: 'Throughput',
    hint: 'Bytes of finished requests.',
    series: [
      ['diskReadBps', 'read', 1],
      ['diskWriteBps', 'write', 2],
    ],
  },
  {
    id: 'latency',
    title: 'Latency',
    hint: 'Mean time of a request, waiting on the disk’s own limit included. Where none finished there is nothing.',
    series: [
      ['diskReadLatencyNs', 'read', 1],
      ['diskWriteLatencyNs', 'write', 2],
      ['diskFlushLatencyNs', 'flush', 3],
    ],
    quiet: NO_REQUEST,
  },
  {
    id: 'queue',
    title: 'Queue depth',
    hint: 'Mean number of reads and writes under way.',
    series: [['diskQueueDepth', 'queue', 1]],
  },
  {
    id: 'request-size',
    title: 'Request size',
    hint: 'Mean size of a read or write.',
    series: [['diskRequestBytes', 'size', 1]],
    quiet: NO_REQUEST,
  },
]

/** What is known of the disks together. */
export const STORAGE_CHARTS: readonly ChartPlan[] = [
  {
    id: 'stopped',
    title: 'I/O stopped',
    hint: 'Time since a request finished last, where requests had come steadily: the storage may be stuck.',
    series: [['ioStoppedSeconds', 'suspected stall', 5]],
    quiet: 'no stall suspected in this time',
  },
  {
    id: 'cap',
    title: 'Of own I/O limit',
    hint: 'The rate that is closest to its limit. At the limit from 95 %.',
    series: [['diskCapPercent', 'worst', 4]],
  },
]

export const NIC_CHARTS: readonly ChartPlan[] = [
  {
    id: 'throughput',
    title: 'Throughput',
    hint: 'In is into the guest.',
    series: [
      ['netRxBps', 'in', 1],
      ['netTxBps', 'out', 2],
    ],
  },
  {
    id: 'packets',
    title: 'Packets',
    hint: 'In is into the guest.',
    series: [
      ['netRxPps', 'in', 1],
      ['netTxPps', 'out', 2],
    ],
  },
  {
    id: 'faults',
    title: 'Errors, drops',
    hint: 'Drops into the guest usually mean that the guest does not drain its queue.',
    series: [
      ['netRxErrorsPerSecond', 'errors in', 5],
      ['netTxErrorsPerSecond', 'errors out', 2],
      ['netRxDropsPerSecond', 'drops in', 1],
      ['netTxDropsPerSecond', 'drops out', 3],
    ],
  },
]
