import type { CompareMetric } from '../../../lib/view/compare-choice.ts'
import { formatDomainName } from '../../../lib/view/compare-choice.ts'
import type { ChartModel, ChartSeries } from '../../charts/chart-model.ts'
import { partsOf } from '../charts/chart-groups.ts'
import { NO_REQUEST } from '../charts/chart-plans.ts'
import { NOTHING_KNOWN } from '../charts/empty-reasons.ts'
import type { ComparedDomain } from './compare-views.ts'

/** One thing to compare domains by. */
export interface ComparePlan {
  readonly id: CompareMetric
  readonly title: string
  readonly hint: string
  /** Metric, label, colour; all of one unit. */
  readonly series: readonly (readonly [metric: string, label: string, colour: number])[]
}

export const COMPARE_PLANS: Readonly<Record<CompareMetric, ComparePlan>> = {
  cpu: {
    id: 'cpu',
    title: 'CPU',
    hint: 'Host time of the vCPU threads, of all vCPUs and of the busiest.',
    series: [
      ['cpuPercent', 'all vCPUs', 1],
      ['cpuBusiestVcpuPercent', 'busiest', 2],
    ],
  },
  steal: {
    id: 'steal',
    title: 'Steal',
    hint: 'Time that the worst vCPU was ready to run and had no CPU. Throttling by an own CPU quota is in it.',
    series: [['stealWorstPercent', 'worst vCPU', 5]],
  },
  memory: {
    id: 'memory',
    title: 'Memory',
    hint: 'What the guest says it uses, of what it sees. Nothing where the guest does not say.',
    series: [['memoryUsedPercent', 'used', 1]],
  },
  rss: {
    id: 'rss',
    title: 'Host memory',
    hint: 'Resident memory of the process on the host. Huge pages are not in it.',
    series: [['rssKiB', 'RSS', 2]],
  },
  iops: {
    id: 'iops',
    title: 'Disk IOPS',
    hint: 'Requests that finished, all disks.',
    series: [
      ['diskReadIops', 'read', 1],
      ['diskWriteIops', 'write', 2],
    ],
  },
  throughput: {
    id: 'throughput',
    title: 'Disk throughput',
    hint: 'Bytes of finished requests, all disks.',
    series: [
      ['diskReadBps', 'read', 1],
      ['diskWriteBps', 'write', 2],
    ],
  },
  latency: {
    id: 'latency',
    title: 'Disk latency',
    hint: 'Mean time of a request, waiting on the disk’s own limit included. Where none finished there is nothing.',
    series: [
      ['diskReadLatencyNs', 'read', 1],
      ['diskWriteLatencyNs', 'write', 2],
    ],
  },
  net: {
    id: 'net',
    title: 'Network',
    hint: 'All interfaces. In is into the guest.',
    series: [
      ['netRxBps', 'in', 1],
      ['netTxBps', 'out', 2],
    ],
  },
}

/** The chart of one domain by one metric; without series when nothing of it is known. */
export function compareChart({ domain, view }: ComparedDomain, { id, title, hint, series }: ComparePlan): ChartModel {
  const { name } = view.store.getState()
  const own = view.tracks.filter(({ entity }) => entity === 'domain')
  const shown = series.flatMap(([metricId, label, colour]): ChartSeries[] => {
    const parts = partsOf(own, metricId)
    const metric = parts[0]?.track.series[parts[0].index]?.metric
    return metric === undefined ? [] : [{ key: metricId, label, metric, colour, parts }]
  })
  const marks = () => view.store.getState().marks
  const whyEmpty = id === 'latency' ? NO_REQUEST : NOTHING_KNOWN
  const caption = `${title} of ${name === '' ? domain.uuid : name}`
  return { id: `${id}:${formatDomainName(domain)}`, title: caption, hint, note: '', whyEmpty, series: shown, marks }
}
