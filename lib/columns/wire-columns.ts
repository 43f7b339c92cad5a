import type { CounterPath, GaugePath, WireEntity } from '../metrics/wire-fields.ts'
import { WIRE_FIELDS } from '../metrics/wire-fields.ts'
import { CounterColumn } from './counter-column.ts'
import { GaugeColumn } from './gauge-column.ts'

/** The catalogue's wire columns of one entity, by field path. */
export class WireColumns<E extends WireEntity> {
  readonly counters: Readonly<Record<CounterPath<E>, CounterColumn>>
  readonly gauges: Readonly<Record<GaugePath<E>, GaugeColumn>>
  readonly allCounters: readonly CounterColumn[]
  readonly allGauges: readonly GaugeColumn[]

  constructor(entity: E) {
    const fields = WIRE_FIELDS.filter((field) => field.entity === entity)
    const counters = fields
      .filter((field) => field.shape === 'counter')
      .map((f) => [f.path, new CounterColumn()] as const)
    const gauges = fields.filter((field) => field.shape === 'gauge').map((f) => [f.path, new GaugeColumn()] as const)
    // The filter above makes the keys exactly those of the types; `Object.fromEntries` cannot know it.
    this.counters = Object.fromEntries(counters) as Record<CounterPath<E>, CounterColumn>
    this.gauges = Object.fromEntries(gauges) as Record<GaugePath<E>, GaugeColumn>
    this.allCounters = counters.map(([, column]) => column)
    this.allGauges = gauges.map(([, column]) => column)
  }

  /** Makes every field of a row unknown. */
  clear(row: number): void {
    for (const column of this.allCounters) column.clear(row)
    for (const column of this.allGauges) column.clear(row)
  }

  grow(capacity: number): void {
    for (const column of this.allCounters) column.grow(capacity)
    for (const column of this.allGauges) column.grow(capacity)
  }
}
