import type { DomainMetricId } from './catalogue.ts'

/** The metrics of a domain that a new view, and an API answer without `columns`, shows; in this order. */
export const DEFAULT_METRICS = [
  'cpuPercent',
  'cpuBusiestVcpuPercent',
  'stealWorstPercent',
  'vcpuOnline',
  'memoryUsedPercent',
  'diskIops',
  'diskBps',
  'diskLatencyNs',
  'netRxBps',
  'netTxBps',
] as const satisfies readonly DomainMetricId[]
