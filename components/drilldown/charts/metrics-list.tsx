'use client'

import { metricsOf } from '../../../lib/metrics/catalogue.ts'
import { formatMetric } from '../../../lib/metrics/format.ts'
import type { Metric } from '../../../lib/metrics/types.ts'

const METRICS = metricsOf('domain').filter((metric) => metric.unit !== 'word')

/** The label, with the unit where another metric has the same label. */
function labelOf(metric: Metric): string {
  const same = METRICS.filter((other) => other.label === metric.label)
  return same.length > 1 ? `${metric.label} (${metric.unit})` : metric.label
}

/** Every metric of the catalogue with its value, unknown ones too: what is missing is part of the answer. */
export function MetricsList({ metrics }: { metrics: Readonly<Record<string, number | null>> }) {
  return (
    <div className="metrics">
      <dl>
        {METRICS.map((metric) => {
          const value = metrics[metric.id] ?? null
          return (
            <div key={metric.id} title={metric.description} data-unknown={value === null ? '' : undefined}>
              <dt>{labelOf(metric)}</dt>
              <dd>{formatMetric(metric, value ?? Number.NaN)}</dd>
            </div>
          )
        })}
      </dl>
    </div>
  )
}
