import type { DomainTable } from '../columns/domain-table.ts'
import { groupBit, StatGroup } from '../metrics/types.ts'
import type { DerivedDomains } from './derived-domains.ts'
import { NO_DELTA, RESET_DELTA } from './derived-domains.ts'
import { deltaOf, NO_INTERVAL, NO_NEW_SAMPLE, publish, takeInterval, waitsAfterRestart } from './sample-pair.ts'

const NS_PER_SECOND = 1e9
const BIT = groupBit(StatGroup.Cpu)

/** `coresUsed`, `hostSharePercent` and `haltPollCores` of the rows with a new CPU sample (RA22 to RA24). */
export function deriveCpu(
  table: DomainTable,
  rows: Int32Array,
  count: number,
  maxGapMs: number,
  hostCpus: number,
  out: DerivedDomains,
): void {
  const { coresUsed, hostSharePercent, haltPollCores } = out.columns
  const counters = table.wire.counters
  const time = counters['cpu.time']
  const pollSuccess = counters['cpu.haltpoll.success.time']
  const pollFail = counters['cpu.haltpoll.fail.time']
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    const seconds = takeInterval(table, out, StatGroup.Cpu, row, maxGapMs)
    if (seconds === NO_NEW_SAMPLE) continue
    if (seconds === NO_INTERVAL) {
      const reset = waitsAfterRestart(out, row, BIT)
      publish(coresUsed, row, Number.NaN, reset)
      publish(hostSharePercent, row, Number.NaN, reset)
      publish(haltPollCores, row, Number.NaN, reset)
      out.overhead.cpuNs[row] = reset ? RESET_DELTA : NO_DELTA
      continue
    }
    const timeNs = deltaOf(time, row)
    const timeReset = timeNs < 0
    const cores = timeReset ? Number.NaN : timeNs / (seconds * NS_PER_SECOND)
    publish(coresUsed, row, cores, timeReset)
    publish(hostSharePercent, row, hostCpus > 0 ? (cores * 100) / hostCpus : Number.NaN, timeReset)
    out.overhead.cpuNs[row] = timeReset ? RESET_DELTA : Number.isNaN(timeNs) ? NO_DELTA : timeNs

    const successNs = deltaOf(pollSuccess, row)
    const failNs = deltaOf(pollFail, row)
    const pollReset = successNs < 0 || failNs < 0
    publish(haltPollCores, row, pollReset ? Number.NaN : (successNs + failNs) / (seconds * NS_PER_SECOND), pollReset)
  }
}
