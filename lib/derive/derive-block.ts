import { NO_CHILD } from '../columns/child-table.ts'
import type { CounterColumn } from '../columns/counter-column.ts'
import type { DomainTable } from '../columns/domain-table.ts'
import { groupBit, StatGroup } from '../metrics/types.ts'
import type { DerivedDomains } from './derived-domains.ts'
import { deltaOf, NO_INTERVAL, NO_NEW_SAMPLE, plus, publish, takeInterval, waitsAfterRestart } from './sample-pair.ts'

const NS_PER_SECOND = 1e9
const BIT = groupBit(StatGroup.Block)

interface DiskCounters {
  readonly readReqs: CounterColumn
  readonly readBytes: CounterColumn
  readonly readTimes: CounterColumn
  readonly writeReqs: CounterColumn
  readonly writeBytes: CounterColumn
  readonly writeTimes: CounterColumn
  readonly flushReqs: CounterColumn
  readonly flushTimes: CounterColumn
}

function diskCounters(table: DomainTable): DiskCounters {
  const counters = table.disks.wire.counters
  return {
    readReqs: counters['block.*.rd.reqs'],
    readBytes: counters['block.*.rd.bytes'],
    readTimes: counters['block.*.rd.times'],
    writeReqs: counters['block.*.wr.reqs'],
    writeBytes: counters['block.*.wr.bytes'],
    writeTimes: counters['block.*.wr.times'],
    flushReqs: counters['block.*.fl.reqs'],
    flushTimes: counters['block.*.fl.times'],
  }
}

/** Requests and their time, of the disks that have both: only then is the quotient a latency. */
class Latency {
  reqs = Number.NaN
  times = Number.NaN

  start(): void {
    this.reqs = this.times = Number.NaN
  }

  add(reqs: number, times: number): void {
    if (Number.isNaN(reqs) || Number.isNaN(times)) return
    this.reqs = plus(this.reqs, reqs)
    this.times = plus(this.times, times)
  }

  /** Mean ns per request; NaN when no request finished. */
  mean(): number {
    return this.reqs > 0 ? this.times / this.reqs : Number.NaN
  }
}

/** Sums over the disks of one domain; NaN is *no disk has it*. */
class DiskSums {
  resets = 0
  readReqs = Number.NaN
  writeReqs = Number.NaN
  flushReqs = Number.NaN
  bothReqs = Number.NaN
  readBytes = Number.NaN
  writeBytes = Number.NaN
  bothBytes = Number.NaN
  bothTimes = Number.NaN
  readonly read = new Latency()
  readonly write = new Latency()
  readonly flush = new Latency()
  readonly both = new Latency()
  /** Bytes in the place of times: mean bytes per request. */
  readonly size = new Latency()

  start(): void {
    this.resets = 0
    this.readReqs = this.writeReqs = this.flushReqs = this.bothReqs = Number.NaN
    this.readBytes = this.writeBytes = this.bothBytes = this.bothTimes = Number.NaN
    this.read.start()
    this.write.start()
    this.flush.start()
    this.both.start()
    this.size.start()
  }

  /** Adds one disk. A counter that went back makes the whole disk a reset for this interval (RA5). */
  add(disk: DiskCounters, slot: number): void {
    const readReqs = deltaOf(disk.readReqs, slot)
    const readBytes = deltaOf(disk.readBytes, slot)
    const readTimes = deltaOf(disk.readTimes, slot)
    const writeReqs = deltaOf(disk.writeReqs, slot)
    const writeBytes = deltaOf(disk.writeBytes, slot)
    const writeTimes = deltaOf(disk.writeTimes, slot)
    const flushReqs = deltaOf(disk.flushReqs, slot)
    const flushTimes = deltaOf(disk.flushTimes, slot)
    const readBack = readReqs < 0 || readBytes < 0 || readTimes < 0
    const writeBack = writeReqs < 0 || writeBytes < 0 || writeTimes < 0
    if (readBack || writeBack || flushReqs < 0 || flushTimes < 0) {
      this.resets++
      return
    }
    this.readReqs = plus(this.readReqs, readReqs)
    this.writeReqs = plus(this.writeReqs, writeReqs)
    this.flushReqs = plus(this.flushReqs, flushReqs)
    this.bothReqs = plus(this.bothReqs, readReqs + writeReqs)
    this.readBytes = plus(this.readBytes, readBytes)
    this.writeBytes = plus(this.writeBytes, writeBytes)
    this.bothBytes = plus(this.bothBytes, readBytes + writeBytes)
    this.bothTimes = plus(this.bothTimes, readTimes + writeTimes)
    this.read.add(readReqs, readTimes)
    this.write.add(writeReqs, writeTimes)
    this.flush.add(flushReqs, flushTimes)
    this.both.add(readReqs + writeReqs, readTimes + writeTimes)
    this.size.add(readReqs + writeReqs, readBytes + writeBytes)
  }
}

/** Throughput, latency, queue depth and request size over all disks of a domain (RA46 to RA50). */
export function deriveBlock(
  table: DomainTable,
  rows: Int32Array,
  count: number,
  maxGapMs: number,
  out: DerivedDomains,
): void {
  const counters = diskCounters(table)
  const { first, next } = table.disks
  const sums = new DiskSums()
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    const seconds = takeInterval(table, out, StatGroup.Block, row, maxGapMs)
    if (seconds === NO_NEW_SAMPLE) continue
    sums.start()
    if (seconds !== NO_INTERVAL) {
      for (let slot = first[row]!; slot !== NO_CHILD; slot = next[slot]!) sums.add(counters, slot)
    }
    const reset = seconds === NO_INTERVAL ? waitsAfterRestart(out, row, BIT) : sums.resets > 0
    publishDisks(out, row, sums, seconds, reset)
  }
}

function publishDisks(out: DerivedDomains, row: number, sums: DiskSums, seconds: number, reset: boolean): void {
  const columns = out.columns
  publish(columns.diskIops, row, sums.bothReqs / seconds, reset)
  publish(columns.diskReadIops, row, sums.readReqs / seconds, reset)
  publish(columns.diskWriteIops, row, sums.writeReqs / seconds, reset)
  publish(columns.diskFlushIops, row, sums.flushReqs / seconds, reset)
  publish(columns.diskBps, row, sums.bothBytes / seconds, reset)
  publish(columns.diskReadBps, row, sums.readBytes / seconds, reset)
  publish(columns.diskWriteBps, row, sums.writeBytes / seconds, reset)
  publish(columns.diskLatencyNs, row, sums.both.mean(), reset)
  publish(columns.diskReadLatencyNs, row, sums.read.mean(), reset)
  publish(columns.diskWriteLatencyNs, row, sums.write.mean(), reset)
  publish(columns.diskFlushLatencyNs, row, sums.flush.mean(), reset)
  publish(columns.diskQueueDepth, row, sums.bothTimes / (seconds * NS_PER_SECOND), reset)
  publish(columns.diskRequestBytes, row, sums.size.mean(), reset)
}
