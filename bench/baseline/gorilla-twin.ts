import { CHILD_METRICS, type ChildEntity } from '../../lib/metrics/child-metrics.ts'
import { STAT_GROUP_COUNT, type StatGroup } from '../../lib/metrics/types.ts'
import { LANE_GROUPS, type Lane } from '../../server/fleet/fleet-writer.ts'
import type { SampleReader } from '../../server/fleet/sample-reader.ts'
import { LANE_SCHEMAS } from '../../server/history/lane-schemas.ts'
import { GorillaSeries, GorillaTimes } from './gorilla.ts'

const CHILDREN: readonly ChildEntity[] = ['vcpu', 'disk', 'nic']

/** Keeps the samples that history keeps, in full precision, the way of Gorilla: counts its bits. */
export class GorillaTwin {
  values = 0
  private readonly samples: SampleReader
  private readonly series = new Map<string, GorillaSeries[]>()
  private readonly times = new Map<string, GorillaTimes>()
  private readonly lastTime = new Map<string, number>()
  private readonly scratch = new Float64Array(64)

  constructor(samples: SampleReader) {
    this.samples = samples
  }

  /** Takes what `HistoryRecorder.record` takes. */
  record(lane: Lane, rows: Int32Array, count: number): void {
    const schema = LANE_SCHEMAS[lane]
    if (!schema) return
    for (const row of rows.subarray(0, count)) {
      const time = this.newest(lane, row)
      const key = `${row}/${lane}`
      if (time <= (this.lastTime.get(key) ?? 0)) continue
      this.lastTime.set(key, time)
      this.timesOf(key).add(time)
      const own = schema.domain?.metrics ?? []
      this.samples.domain(row, own, this.scratch, 0)
      this.add(key, own.length)
      for (const entity of CHILDREN) if (schema[entity] !== null) this.addChildren(key, row, entity)
    }
  }

  get bytes(): number {
    let bits = 0
    for (const series of this.series.values()) for (const one of series) bits += one.bits
    for (const times of this.times.values()) bits += times.bits
    return bits / 8
  }

  private addChildren(key: string, row: number, entity: ChildEntity): void {
    const { samples, scratch } = this
    for (let slot = samples.firstChild(row, entity); slot >= 0; slot = samples.nextChild(entity, slot)) {
      samples.child(entity, slot, scratch, 0)
      this.add(`${key}/${entity}/${samples.childIdentity(entity, slot)}`, CHILD_METRICS[entity].length)
    }
  }

  private add(key: string, count: number): void {
    let series = this.series.get(key)
    if (series === undefined) {
      series = Array.from({ length: count }, () => new GorillaSeries())
      this.series.set(key, series)
    }
    for (let i = 0; i < count; i++) series[i]!.add(this.scratch[i]!)
    this.values += count
  }

  private timesOf(key: string): GorillaTimes {
    const times = this.times.get(key) ?? new GorillaTimes()
    this.times.set(key, times)
    return times
  }

  private newest(lane: Lane, row: number): number {
    let time = 0
    for (let group = 0; group < STAT_GROUP_COUNT; group++) {
      // Numbers below the count are groups.
      if ((LANE_GROUPS[lane] >>> group) & 1) time = Math.max(time, this.samples.sampledAt(row, group as StatGroup))
    }
    return time
  }
}
