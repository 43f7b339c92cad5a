import { NO_CHILD } from '../columns/child-table.ts'
import type { CounterColumn } from '../columns/counter-column.ts'
import type { DerivedColumn } from '../columns/derived-column.ts'
import type { DomainTable } from '../columns/domain-table.ts'
import { groupBit, StatGroup } from '../metrics/types.ts'
import type { DerivedDomains } from './derived-domains.ts'
import { deltaOf, NO_INTERVAL, NO_NEW_SAMPLE, plus, publish, takeInterval, waitsAfterRestart } from './sample-pair.ts'

const BIT = groupBit(StatGroup.Interface)

/** Counters of a NIC and the metrics they become, in the same order. */
function nicCounters(table: DomainTable): readonly CounterColumn[] {
  const counters = table.nics.wire.counters
  return [
    counters['net.*.rx.bytes'],
    counters['net.*.tx.bytes'],
    counters['net.*.rx.pkts'],
    counters['net.*.tx.pkts'],
    counters['net.*.rx.errs'],
    counters['net.*.tx.errs'],
    counters['net.*.rx.drop'],
    counters['net.*.tx.drop'],
  ]
}

function netColumns(out: DerivedDomains): readonly DerivedColumn[] {
  const c = out.columns
  return [
    c.netRxBps,
    c.netTxBps,
    c.netRxPps,
    c.netTxPps,
    c.netRxErrorsPerSecond,
    c.netTxErrorsPerSecond,
    c.netRxDropsPerSecond,
    c.netTxDropsPerSecond,
  ]
}

/** Network rates over all interfaces of a domain, in the guest's view (RA51). */
export function deriveNet(
  table: DomainTable,
  rows: Int32Array,
  count: number,
  maxGapMs: number,
  out: DerivedDomains,
): void {
  const counters = nicCounters(table)
  const columns = netColumns(out)
  const { first, next } = table.nics
  const deltas = new Float64Array(counters.length)
  const sums = new Float64Array(counters.length)
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    const seconds = takeInterval(table, out, StatGroup.Interface, row, maxGapMs)
    if (seconds === NO_NEW_SAMPLE) continue
    sums.fill(Number.NaN)
    let reset = false
    if (seconds === NO_INTERVAL) reset = waitsAfterRestart(out, row, BIT)
    else {
      for (let slot = first[row]!; slot !== NO_CHILD; slot = next[slot]!) {
        if (!addNic(counters, slot, deltas, sums)) reset = true
      }
    }
    for (let k = 0; k < columns.length; k++) publish(columns[k]!, row, sums[k]! / seconds, reset)
  }
}

/** Adds one NIC to the sums; false when a counter went back, which makes the whole NIC a reset (RA5). */
function addNic(counters: readonly CounterColumn[], slot: number, deltas: Float64Array, sums: Float64Array): boolean {
  for (let k = 0; k < counters.length; k++) {
    const delta = deltaOf(counters[k]!, slot)
    if (delta < 0) return false
    deltas[k] = delta
  }
  for (let k = 0; k < counters.length; k++) sums[k] = plus(sums[k]!, deltas[k]!)
  return true
}
