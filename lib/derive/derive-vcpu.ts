import { NO_CHILD } from '../columns/child-table.ts'
import type { DomainTable } from '../columns/domain-table.ts'
import { groupBit, StatGroup } from '../metrics/types.ts'
import type { DerivedDomains } from './derived-domains.ts'
import { NO_DELTA, RESET_DELTA } from './derived-domains.ts'
import { copyGauge } from './gauges.ts'
import { deltaOf, NO_INTERVAL, NO_NEW_SAMPLE, plus, publish, takeInterval, waitsAfterRestart } from './sample-pair.ts'

const NS_PER_SECOND = 1e9
const OFFLINE = 0
/** Below this share of the interval the wish for CPU is too small for a ratio to mean anything (RA29). */
const LEAST_WISH = 0.01
const BIT = groupBit(StatGroup.Vcpu)

/** Sums over the vCPUs of one domain; NaN is *no vCPU has it*. */
class VcpuSums {
  online = 0
  resets = 0
  timed = 0
  timeNs = Number.NaN
  worstTimeNs = Number.NaN
  delayed = 0
  delayNs = Number.NaN
  worstDelayNs = Number.NaN
  wishNs = Number.NaN
  deniedNs = Number.NaN
  exits = Number.NaN

  start(): void {
    this.online = 0
    this.resets = 0
    this.timed = 0
    this.delayed = 0
    this.timeNs = this.worstTimeNs = Number.NaN
    this.delayNs = this.worstDelayNs = Number.NaN
    this.wishNs = this.deniedNs = this.exits = Number.NaN
  }

  /** Adds one vCPU. A counter that went back makes the whole vCPU a reset for this interval (RA5). */
  add(timeNs: number, delayNs: number, exits: number): void {
    if (timeNs < 0 || delayNs < 0 || exits < 0) {
      this.resets++
      return
    }
    if (!Number.isNaN(timeNs)) {
      this.timed++
      this.timeNs = plus(this.timeNs, timeNs)
      if (!(timeNs <= this.worstTimeNs)) this.worstTimeNs = timeNs
    }
    if (!Number.isNaN(delayNs)) {
      this.delayed++
      this.delayNs = plus(this.delayNs, delayNs)
      if (!(delayNs <= this.worstDelayNs)) this.worstDelayNs = delayNs
      if (!Number.isNaN(timeNs)) {
        this.wishNs = plus(this.wishNs, timeNs + delayNs)
        this.deniedNs = plus(this.deniedNs, delayNs)
      }
    }
    this.exits = plus(this.exits, exits)
  }
}

/** CPU use and steal from the vCPU counters, and `exitsPerSecond` (RA20, RA21, RA26 to RA31). */
export function deriveVcpu(
  table: DomainTable,
  rows: Int32Array,
  count: number,
  maxGapMs: number,
  out: DerivedDomains,
): void {
  const gauges = table.wire.gauges
  copyGauge(gauges['vcpu.current'], out.columns.vcpuOnline, rows, count)
  copyGauge(gauges['vcpu.maximum'], out.columns.vcpuMaximum, rows, count)
  const sums = new VcpuSums()
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    const seconds = takeInterval(table, out, StatGroup.Vcpu, row, maxGapMs)
    if (seconds === NO_NEW_SAMPLE) continue
    sums.start()
    sumVcpus(table, row, sums)
    const online = sums.online
    if (seconds === NO_INTERVAL) sums.start()
    const reset = seconds === NO_INTERVAL ? waitsAfterRestart(out, row, BIT) : sums.resets > 0
    publishVcpu(out, row, sums, seconds, reset)
    keepForOverhead(out, row, sums, online, reset)
  }
}

function sumVcpus(table: DomainTable, row: number, sums: VcpuSums): void {
  const vcpus = table.vcpus
  const time = vcpus.wire.counters['vcpu.*.time']
  const delay = vcpus.wire.counters['vcpu.*.delay']
  const exits = vcpus.wire.counters['vcpu.*.exits.sum']
  const state = vcpus.wire.gauges['vcpu.*.state']
  for (let slot = vcpus.first[row]!; slot !== NO_CHILD; slot = vcpus.next[slot]!) {
    if (state.valid.get(slot) && state.values[slot] === OFFLINE) continue
    sums.online++
    sums.add(deltaOf(time, slot), deltaOf(delay, slot), deltaOf(exits, slot))
  }
}

function publishVcpu(out: DerivedDomains, row: number, sums: VcpuSums, seconds: number, reset: boolean): void {
  const columns = out.columns
  const intervalNs = seconds * NS_PER_SECOND
  publish(columns.cpuPercent, row, (sums.timeNs * 100) / (intervalNs * sums.timed), reset)
  publish(columns.cpuBusiestVcpuPercent, row, (sums.worstTimeNs * 100) / intervalNs, reset)
  publish(columns.stealWorstPercent, row, (sums.worstDelayNs * 100) / intervalNs, reset)
  publish(columns.stealMeanPercent, row, (sums.delayNs * 100) / (intervalNs * sums.delayed), reset)
  const enough = sums.wishNs >= LEAST_WISH * intervalNs
  publish(columns.cpuDeniedPercent, row, enough ? (sums.deniedNs * 100) / sums.wishNs : Number.NaN, reset)
  publish(columns.exitsPerSecond, row, sums.exits / seconds, reset)
  publish(out.waitingCores, row, sums.delayNs / intervalNs, reset)
}

/** Leaves the vCPU time of the interval to `overheadCores`, if it covers every vCPU from end to end (RA25). */
function keepForOverhead(out: DerivedDomains, row: number, sums: VcpuSums, online: number, reset: boolean): void {
  const overhead = out.overhead
  const steady = online > 0 && sums.timed === online && overhead.vcpus[row] === online
  overhead.vcpus[row] = online
  overhead.vcpuNs[row] = reset ? RESET_DELTA : steady ? sums.timeNs : NO_DELTA
}
