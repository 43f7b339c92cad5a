'use client'

import type { CompareMetric } from '../../../lib/view/compare-choice.ts'
import { COMPARE_METRICS, toggleMetric } from '../../../lib/view/compare-choice.ts'
import { COMPARE_PLANS } from './compare-charts.ts'

interface MetricChooserProps {
  readonly chosen: readonly CompareMetric[]
  readonly onChoose: (metrics: readonly CompareMetric[]) => void
}

/** What domains are compared by; at least one is chosen. */
export function MetricChooser({ chosen, onChoose }: MetricChooserProps) {
  return (
    <fieldset className="metric-chooser plain-set" aria-label="Compare by">
      {COMPARE_METRICS.map((metric) => {
        const isChosen = chosen.includes(metric)
        const isLast = isChosen && chosen.length === 1
        return (
          <button
            type="button"
            key={metric}
            className="plain small"
            aria-pressed={isChosen}
            aria-disabled={isLast}
            title={isLast ? 'One must stay' : COMPARE_PLANS[metric].hint}
            onClick={() => onChoose(toggleMetric(chosen, metric))}
          >
            {COMPARE_PLANS[metric].title}
          </button>
        )
      })}
    </fieldset>
  )
}
