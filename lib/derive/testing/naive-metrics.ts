import { StatGroup } from '../../metrics/types.ts'
import type { DerivedDomainId } from '../derived-domains.ts'

const { Balloon, Vcpu } = StatGroup
const NS = 1e9

export const NET: readonly (readonly [DerivedDomainId, string])[] = [
  ['netRxBps', 'net.*.rx.bytes'],
  ['netTxBps', 'net.*.tx.bytes'],
  ['netRxPps', 'net.*.rx.pkts'],
  ['netTxPps', 'net.*.tx.pkts'],
  ['netRxErrorsPerSecond', 'net.*.rx.errs'],
  ['netTxErrorsPerSecond', 'net.*.tx.errs'],
  ['netRxDropsPerSecond', 'net.*.rx.drop'],
  ['netTxDropsPerSecond', 'net.*.tx.drop'],
]
const REQS = ['block.*.rd.reqs', 'block.*.wr.reqs']
const BYTES = ['block.*.rd.bytes', 'block.*.wr.bytes']
const TIMES = ['block.*.rd.times', 'block.*.wr.times']
export const DISK_RATES: readonly (readonly [DerivedDomainId, readonly string[], number])[] = [
  ['diskReadIops', ['block.*.rd.reqs'], 1],
  ['diskWriteIops', ['block.*.wr.reqs'], 1],
  ['diskFlushIops', ['block.*.fl.reqs'], 1],
  ['diskIops', REQS, 1],
  ['diskReadBps', ['block.*.rd.bytes'], 1],
  ['diskWriteBps', ['block.*.wr.bytes'], 1],
  ['diskBps', BYTES, 1],
  ['diskQueueDepth', TIMES, NS],
]
export const DISK_QUOTIENTS: readonly (readonly [DerivedDomainId, readonly string[], readonly string[]])[] = [
  ['diskReadLatencyNs', ['block.*.rd.times'], ['block.*.rd.reqs']],
  ['diskWriteLatencyNs', ['block.*.wr.times'], ['block.*.wr.reqs']],
  ['diskFlushLatencyNs', ['block.*.fl.times'], ['block.*.fl.reqs']],
  ['diskLatencyNs', TIMES, REQS],
  ['diskRequestBytes', BYTES, REQS],
]
export const GUEST: readonly (readonly [DerivedDomainId, string])[] = [
  ['swapInKiBps', 'balloon.swap_in'],
  ['swapOutKiBps', 'balloon.swap_out'],
  ['majorFaultsPerSecond', 'balloon.major_fault'],
  ['minorFaultsPerSecond', 'balloon.minor_fault'],
]
export const GAUGES: readonly (readonly [DerivedDomainId, string, StatGroup])[] = [
  ['vcpuOnline', 'vcpu.current', Vcpu],
  ['vcpuMaximum', 'vcpu.maximum', Vcpu],
  ['memoryAllocatedKiB', 'balloon.current', Balloon],
  ['memoryMaximumKiB', 'balloon.maximum', Balloon],
  ['memoryCacheKiB', 'balloon.disk_caches', Balloon],
  ['rssKiB', 'balloon.rss', Balloon],
]
export const RATES: readonly DerivedDomainId[] = [
  'cpuPercent',
  'cpuBusiestVcpuPercent',
  'coresUsed',
  'hostSharePercent',
  'overheadCores',
  'stealWorstPercent',
  'stealMeanPercent',
  'cpuDeniedPercent',
  'haltPollCores',
  'exitsPerSecond',
  ...GUEST.map(([metric]) => metric),
  ...DISK_RATES.map(([metric]) => metric),
  ...DISK_QUOTIENTS.map(([metric]) => metric),
  ...NET.map(([metric]) => metric),
]
