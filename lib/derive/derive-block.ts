import type { DomainTable } from '../columns/domain-table.ts'
import { StatGroup } from '../metrics/types.ts'
import { deriveDiskCap } from './derive-caps.ts'
import { deriveStall } from './derive-stall.ts'
import type { DerivedDomains } from './derived-domains.ts'
import { takeIntervals } from './intervals.ts'
import {
  addDeltas,
  dropResets,
  listChildren,
  publishQuotient,
  readChildDeltas,
  sumBoth,
  sumChildren,
} from './kernels.ts'

const NS_PER_SECOND = 1e9

/** Throughput, latency, queue depth, request size, own limits and stalls over all disks of a domain (RA46 to RA49). */
export function deriveBlock(
  table: DomainTable,
  rows: Int32Array,
  count: number,
  maxGapMs: number,
  out: DerivedDomains,
): void {
  const { columns, scratch } = out
  takeIntervals(table, rows, count, StatGroup.Block, maxGapMs, out)
  listChildren(table.disks, rows, count, scratch, null)
  const children = scratch.start[count]!
  const counters = table.disks.wire.counters
  const read = { reqs: scratch.byChild[0]!, bytes: scratch.byChild[1]!, times: scratch.byChild[2]! }
  const write = { reqs: scratch.byChild[3]!, bytes: scratch.byChild[4]!, times: scratch.byChild[5]! }
  const flush = { reqs: scratch.byChild[6]!, times: scratch.byChild[7]! }
  const both = { reqs: scratch.byChild[8]!, bytes: scratch.byChild[9]!, times: scratch.byChild[10]! }
  readChildDeltas(counters['block.*.rd.reqs'], count, scratch, read.reqs)
  readChildDeltas(counters['block.*.rd.bytes'], count, scratch, read.bytes)
  readChildDeltas(counters['block.*.rd.times'], count, scratch, read.times)
  readChildDeltas(counters['block.*.wr.reqs'], count, scratch, write.reqs)
  readChildDeltas(counters['block.*.wr.bytes'], count, scratch, write.bytes)
  readChildDeltas(counters['block.*.wr.times'], count, scratch, write.times)
  readChildDeltas(counters['block.*.fl.reqs'], count, scratch, flush.reqs)
  readChildDeltas(counters['block.*.fl.times'], count, scratch, flush.times)
  dropResets(count, scratch)
  addDeltas(read.reqs, write.reqs, children, both.reqs)
  addDeltas(read.bytes, write.bytes, children, both.bytes)
  addDeltas(read.times, write.times, children, both.times)

  const sum = scratch.byRow[0]!
  const rate = (column: (typeof columns)['diskIops'], part: Float64Array, unit: number) => {
    sumChildren(count, scratch, part, sum)
    publishQuotient(column, rows, count, scratch, sum, scratch.seconds, 1, unit)
  }
  rate(columns.diskReadIops, read.reqs, 1)
  rate(columns.diskWriteIops, write.reqs, 1)
  rate(columns.diskFlushIops, flush.reqs, 1)
  rate(columns.diskIops, both.reqs, 1)
  rate(columns.diskReadBps, read.bytes, 1)
  rate(columns.diskWriteBps, write.bytes, 1)
  rate(columns.diskBps, both.bytes, 1)
  rate(columns.diskQueueDepth, both.times, NS_PER_SECOND)

  const requests = scratch.byRow[1]!
  const perRequest = (column: (typeof columns)['diskIops'], part: Float64Array, reqs: Float64Array) => {
    sumBoth(count, scratch, part, reqs, sum, requests)
    publishQuotient(column, rows, count, scratch, sum, requests, 1, 1)
  }
  perRequest(columns.diskReadLatencyNs, read.times, read.reqs)
  perRequest(columns.diskWriteLatencyNs, write.times, write.reqs)
  perRequest(columns.diskFlushLatencyNs, flush.times, flush.reqs)
  perRequest(columns.diskLatencyNs, both.times, both.reqs)
  perRequest(columns.diskRequestBytes, both.bytes, both.reqs)
  const capParts = [both.bytes, read.bytes, write.bytes, both.reqs, read.reqs, write.reqs]
  deriveDiskCap(table, rows, count, capParts, out)
  deriveStall(table, rows, count, both.reqs, flush.reqs, out)
}
