import type { DomainTable } from '../columns/domain-table.ts'
import { StatGroup } from '../metrics/types.ts'
import type { DerivedDomains } from './derived-domains.ts'
import { NO_DELTA, RESET_DELTA } from './derived-domains.ts'
import { takeIntervals } from './intervals.ts'
import { addDeltas, publishQuotient, readDeltas } from './kernels.ts'

const NS_PER_SECOND = 1e9

/** `coresUsed`, `hostSharePercent` and `haltPollCores` of the rows with a new CPU sample (RA22 to RA24). */
export function deriveCpu(
  table: DomainTable,
  rows: Int32Array,
  count: number,
  maxGapMs: number,
  hostCpus: number,
  out: DerivedDomains,
): void {
  takeIntervals(table, rows, count, StatGroup.Cpu, maxGapMs, out)
  const { columns, scratch } = out
  const { seconds } = scratch
  const [time, second, third] = scratch.byRow as [Float64Array, Float64Array, Float64Array]
  const counters = table.wire.counters
  readDeltas(counters['cpu.time'], rows, count, time)
  publishQuotient(columns.coresUsed, rows, count, scratch, time, seconds, 1, NS_PER_SECOND)
  const hostSeconds = second
  for (let i = 0; i < count; i++) hostSeconds[i] = seconds[i]! * hostCpus
  publishQuotient(columns.hostSharePercent, rows, count, scratch, time, hostSeconds, 100, NS_PER_SECOND)
  keepForOverhead(rows, count, time, out)

  readDeltas(counters['cpu.haltpoll.success.time'], rows, count, second)
  readDeltas(counters['cpu.haltpoll.fail.time'], rows, count, third)
  addDeltas(second, third, count, second)
  publishQuotient(columns.haltPollCores, rows, count, scratch, second, seconds, 1, NS_PER_SECOND)
}

/** Leaves the process time of the interval to `overheadCores` (RA25). */
function keepForOverhead(rows: Int32Array, count: number, time: Float64Array, out: DerivedDomains): void {
  const { seconds, reset } = out.scratch
  const { cpuNs } = out.overhead
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    const interval = seconds[i]! > 0
    if (interval && time[i]! >= 0) cpuNs[row] = time[i]!
    else cpuNs[row] = reset[i] === 1 || (interval && time[i]! < 0) ? RESET_DELTA : NO_DELTA
  }
}
