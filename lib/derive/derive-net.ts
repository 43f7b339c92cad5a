import type { CounterColumn } from '../columns/counter-column.ts'
import type { DerivedColumn } from '../columns/derived-column.ts'
import type { DomainTable } from '../columns/domain-table.ts'
import { StatGroup } from '../metrics/types.ts'
import type { DerivedDomains } from './derived-domains.ts'
import { takeIntervals } from './intervals.ts'
import { dropResets, listChildren, publishQuotient, readChildDeltas, sumChildren } from './kernels.ts'

/** Network rates over all interfaces of a domain, in the guest's view (RA51). */
export function deriveNet(
  table: DomainTable,
  rows: Int32Array,
  count: number,
  maxGapMs: number,
  out: DerivedDomains,
): void {
  const scratch = out.scratch
  takeIntervals(table, rows, count, StatGroup.Interface, maxGapMs, out)
  listChildren(table.nics, rows, count, scratch, null)
  const pairs = netPairs(table, out)
  // All counters are read first: one that went back takes its NIC out of every sum.
  pairs.forEach(([counter], k) => void readChildDeltas(counter, count, scratch, scratch.byChild[k]!))
  dropResets(count, scratch)
  const sum = scratch.byRow[0]!
  pairs.forEach(([, column], k) => {
    const part = scratch.byChild[k]!
    sumChildren(count, scratch, part, sum)
    publishQuotient(column, rows, count, scratch, sum, scratch.seconds, 1, 1)
  })
}

/** Counters of a NIC, each with the metric that it becomes. */
function netPairs(table: DomainTable, out: DerivedDomains): readonly (readonly [CounterColumn, DerivedColumn])[] {
  const counters = table.nics.wire.counters
  const columns = out.columns
  return [
    [counters['net.*.rx.bytes'], columns.netRxBps],
    [counters['net.*.tx.bytes'], columns.netTxBps],
    [counters['net.*.rx.pkts'], columns.netRxPps],
    [counters['net.*.tx.pkts'], columns.netTxPps],
    [counters['net.*.rx.errs'], columns.netRxErrorsPerSecond],
    [counters['net.*.tx.errs'], columns.netTxErrorsPerSecond],
    [counters['net.*.rx.drop'], columns.netRxDropsPerSecond],
    [counters['net.*.tx.drop'], columns.netTxDropsPerSecond],
  ]
}
