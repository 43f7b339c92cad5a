'use client'

import { UNKNOWN_TEXT } from '../../lib/metrics/format.ts'
import { SafeText } from '../ui/safe-text.tsx'
import type { ChartModel } from './chart-model.ts'
import type { SeriesPainter } from './series-painter.ts'

const COLUMNS = ['Now', 'Least', 'Greatest', 'Mean'] as const

/** The chart in numbers, for those who do not see it: each series over the stretch that is shown. */
export function ChartTable({ model, painter }: { model: ChartModel; painter: SeriesPainter }) {
  return (
    <table className="hidden">
      <caption>{model.title}</caption>
      <thead>
        <tr>
          <th scope="col">Series</th>
          {COLUMNS.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {model.series.map(({ key, label }) => (
          <tr key={key} ref={(row) => painter.setCells(key, row === null ? [] : [...row.querySelectorAll('td')])}>
            <th scope="row">
              <SafeText text={label} />
            </th>
            {COLUMNS.map((column) => (
              <td key={column}>{UNKNOWN_TEXT}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
