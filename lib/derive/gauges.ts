import type { DerivedColumn } from '../columns/derived-column.ts'
import type { GaugeColumn } from '../columns/gauge-column.ts'

/**
 * Takes a gauge over as it is.
 *
 * @remarks Not bound to a new sample: a partial record may renew gauges while the counters of its group stand still.
 */
export function copyGauge(from: GaugeColumn, to: DerivedColumn, rows: Int32Array, count: number): void {
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    if (from.valid.get(row)) to.set(row, from.values[row]!)
    else to.setUnknown(row)
  }
}
