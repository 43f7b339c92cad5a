import type { DomainTable } from '../columns/domain-table.ts'
import { StatGroup } from '../metrics/types.ts'
import type { DerivedDomains } from './derived-domains.ts'
import { NO_DELTA, RESET_DELTA } from './derived-domains.ts'
import { NO_NEW_SAMPLE, takeIntervals } from './intervals.ts'
import {
  addDeltas,
  copyGauge,
  dropResets,
  foldChildren,
  listChildren,
  publishQuotient,
  readChildDeltas,
  sumBoth,
  sumChildren,
} from './kernels.ts'
import type { Scratch } from './scratch.ts'

const NS_PER_SECOND = 1e9
const VCPU_OFFLINE = 0
/** Below this share of the interval the wish for CPU is too small for a ratio to mean anything (RA29). */
const LEAST_WISH = 0.01

/** CPU use and steal from the vCPU counters, and `exitsPerSecond` (RA20, RA21, RA26 to RA31). */
export function deriveVcpu(
  table: DomainTable,
  rows: Int32Array,
  count: number,
  maxGapMs: number,
  out: DerivedDomains,
): void {
  const { columns, scratch } = out
  copyGauge(table.wire.gauges['vcpu.current'], columns.vcpuOnline, rows, count)
  copyGauge(table.wire.gauges['vcpu.maximum'], columns.vcpuMaximum, rows, count)
  takeIntervals(table, rows, count, StatGroup.Vcpu, maxGapMs, out)
  const wire = table.vcpus.wire
  listChildren(table.vcpus, rows, count, scratch, { gauge: wire.gauges['vcpu.*.state'], value: VCPU_OFFLINE })
  const [time, delay, exits] = scratch.byChild as [Float64Array, Float64Array, Float64Array]
  readChildDeltas(wire.counters['vcpu.*.time'], count, scratch, time)
  readChildDeltas(wire.counters['vcpu.*.delay'], count, scratch, delay)
  readChildDeltas(wire.counters['vcpu.*.exits.sum'], count, scratch, exits)
  dropResets(count, scratch)
  publishUse(rows, count, time, out)
  publishSteal(rows, count, time, delay, out)
  const sum = scratch.byRow[0]!
  sumChildren(count, scratch, exits, sum)
  publishQuotient(columns.exitsPerSecond, rows, count, scratch, sum, scratch.seconds, 1, 1)
}

function publishUse(rows: Int32Array, count: number, time: Float64Array, out: DerivedDomains): void {
  const { columns, scratch } = out
  const [sum, most, together] = scratch.byRow as [Float64Array, Float64Array, Float64Array]
  foldChildren(count, scratch, time, sum, most, together)
  publishQuotient(columns.cpuBusiestVcpuPercent, rows, count, scratch, most, scratch.seconds, 100, NS_PER_SECOND)
  publishQuotient(columns.cpuPercent, rows, count, scratch, sum, together, 100, NS_PER_SECOND)
  keepForOverhead(rows, count, sum, together, out)
}

function publishSteal(
  rows: Int32Array,
  count: number,
  time: Float64Array,
  delay: Float64Array,
  out: DerivedDomains,
): void {
  const { columns, scratch } = out
  const [sum, most, together] = scratch.byRow as [Float64Array, Float64Array, Float64Array]
  foldChildren(count, scratch, delay, sum, most, together)
  publishQuotient(columns.stealWorstPercent, rows, count, scratch, most, scratch.seconds, 100, NS_PER_SECOND)
  publishQuotient(columns.stealMeanPercent, rows, count, scratch, sum, together, 100, NS_PER_SECOND)
  publishQuotient(out.waitingCores, rows, count, scratch, sum, scratch.seconds, 1, NS_PER_SECOND)
  publishDenied(rows, count, time, delay, out)
}

function publishDenied(
  rows: Int32Array,
  count: number,
  time: Float64Array,
  delay: Float64Array,
  out: DerivedDomains,
): void {
  const scratch: Scratch = out.scratch
  const [denied, wish] = scratch.byRow as [Float64Array, Float64Array]
  const wanted = scratch.byChild[3]!
  addDeltas(time, delay, scratch.start[count]!, wanted)
  sumBoth(count, scratch, delay, wanted, denied, wish)
  for (let i = 0; i < count; i++) {
    if (wish[i]! < LEAST_WISH * NS_PER_SECOND * scratch.seconds[i]!) wish[i] = 0
  }
  publishQuotient(out.columns.cpuDeniedPercent, rows, count, scratch, denied, wish, 100, 1)
}

/** Leaves the vCPU time of the interval to `overheadCores`, if it covers every vCPU from end to end (RA25). */
function keepForOverhead(
  rows: Int32Array,
  count: number,
  sum: Float64Array,
  together: Float64Array,
  out: DerivedDomains,
): void {
  const { seconds, reset, start } = out.scratch
  const { vcpus, vcpuNs } = out.overhead
  for (let i = 0; i < count; i++) {
    if (seconds[i] === NO_NEW_SAMPLE) continue
    const row = rows[i]!
    const online = start[i + 1]! - start[i]!
    const covered = seconds[i]! > 0 && online > 0 && together[i] === seconds[i]! * online
    const steady = covered && vcpus[row] === online
    vcpus[row] = online
    if (reset[i] === 1) vcpuNs[row] = RESET_DELTA
    else vcpuNs[row] = steady ? sum[i]! : NO_DELTA
  }
}
