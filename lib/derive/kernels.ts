import type { ChildTable } from '../columns/child-table.ts'
import { NO_CHILD } from '../columns/child-table.ts'
import type { CounterColumn } from '../columns/counter-column.ts'
import type { DerivedColumn } from '../columns/derived-column.ts'
import type { GaugeColumn } from '../columns/gauge-column.ts'
import { NO_NEW_SAMPLE } from './intervals.ts'
import type { Scratch } from './scratch.ts'

const TWO_POW_32 = 4_294_967_296

/** Lists the children of the rows that have a new sample, and forgets what was known of the last list. */
export function listChildren(
  children: ChildTable<'vcpu'> | ChildTable<'disk'> | ChildTable<'nic'>,
  rows: Int32Array,
  count: number,
  scratch: Scratch,
  skip: { readonly gauge: GaugeColumn; readonly value: number } | null,
): void {
  scratch.growChildren(children.count)
  const { first, next } = children
  const { start, slots, seconds, back } = scratch
  let at = 0
  for (let i = 0; i < count; i++) {
    start[i] = at
    if (seconds[i] === NO_NEW_SAMPLE) continue
    for (let slot = first[rows[i]!]!; slot !== NO_CHILD; slot = next[slot]!) {
      if (skip !== null && skip.gauge.values[slot] === skip.value && skip.gauge.valid.get(slot)) continue
      slots[at] = slot
      back[at++] = 0
    }
  }
  start[count] = at
}

/**
 * Exact difference of the two samples of a counter at each of `indexes[0..count)`, as a double.
 *
 * @remarks The same as `CounterColumn.delta`, written out: NaN when a sample is missing, negative when it went back.
 */
export function readDeltas(counter: CounterColumn, indexes: Int32Array, count: number, into: Float64Array): void {
  const words = counter.words
  const both = counter.validPrevious.words
  for (let i = 0; i < count; i++) {
    const index = indexes[i]!
    const at = index * 4
    const high = words[at]! - words[at + 2]!
    const low = words[at + 1]! - words[at + 3]!
    into[i] = (both[index >>> 5]! & (1 << (index & 31))) === 0 ? Number.NaN : high * TWO_POW_32 + low
  }
}

/** {@link readDeltas} of the listed children; one that went back marks its child in `scratch.back` (RA5). */
export function readChildDeltas(counter: CounterColumn, count: number, scratch: Scratch, into: Float64Array): void {
  const { start, slots, back } = scratch
  const children = start[count]!
  const words = counter.words
  const both = counter.validPrevious.words
  for (let j = 0; j < children; j++) {
    const slot = slots[j]!
    if ((both[slot >>> 5]! & (1 << (slot & 31))) === 0) {
      into[j] = Number.NaN
      continue
    }
    const at = slot * 4
    const delta = (words[at]! - words[at + 2]!) * TWO_POW_32 + (words[at + 1]! - words[at + 3]!)
    into[j] = delta
    if (delta < 0) back[j] = 1
  }
}

/**
 * Takes children of which a counter went back out of all sums, and marks their rows: what then has no value reads
 * *reset* (RA5, RA10).
 *
 * @remarks To be called when all counters of the children are read.
 */
export function dropResets(count: number, scratch: Scratch): void {
  const { start, back, seconds, reset, byChild } = scratch
  for (let i = 0; i < count; i++) {
    for (let j = start[i]!; j < start[i + 1]!; j++) {
      if (back[j] === 0) continue
      if (seconds[i]! > 0) reset[i] = 1
      for (let k = 0; k < byChild.length; k++) byChild[k]![j] = Number.NaN
    }
  }
}

/** Sum of two differences per place: NaN where one is missing, negative where one went back. */
export function addDeltas(a: Float64Array, b: Float64Array, count: number, into: Float64Array): void {
  for (let i = 0; i < count; i++) into[i] = a[i]! < 0 || b[i]! < 0 ? -1 : a[i]! + b[i]!
}

/** By row, the sum of `part` over the children that have it; NaN when none has (RA10). */
export function sumChildren(count: number, scratch: Scratch, part: Float64Array, into: Float64Array): void {
  const start = scratch.start
  for (let i = 0; i < count; i++) {
    let sum = 0
    let found = 0
    const end = start[i + 1]!
    for (let j = start[i]!; j < end; j++) {
      const value = part[j]!
      if (Number.isNaN(value)) continue
      sum += value
      found++
    }
    into[i] = found === 0 ? Number.NaN : sum
  }
}

/** By row, the sums of two parts over the children that have both; NaN when none has. */
export function sumBoth(
  count: number,
  scratch: Scratch,
  a: Float64Array,
  b: Float64Array,
  intoA: Float64Array,
  intoB: Float64Array,
): void {
  const start = scratch.start
  for (let i = 0; i < count; i++) {
    let sumA = 0
    let sumB = 0
    let found = 0
    const end = start[i + 1]!
    for (let j = start[i]!; j < end; j++) {
      const valueA = a[j]!
      const valueB = b[j]!
      if (Number.isNaN(valueA + valueB)) continue
      sumA += valueA
      sumB += valueB
      found++
    }
    intoA[i] = found === 0 ? Number.NaN : sumA
    intoB[i] = found === 0 ? Number.NaN : sumB
  }
}

/**
 * By row, of the children that have `part`: its sum, its greatest value (both NaN when none has it), and the interval in s
 * times their number, which is the time that they had together (RA10).
 */
export function foldChildren(
  count: number,
  scratch: Scratch,
  part: Float64Array,
  sum: Float64Array,
  most: Float64Array,
  together: Float64Array,
): void {
  const { start, seconds } = scratch
  for (let i = 0; i < count; i++) {
    let total = 0
    let greatest = 0
    let found = 0
    const end = start[i + 1]!
    for (let j = start[i]!; j < end; j++) {
      const value = part[j]!
      if (Number.isNaN(value)) continue
      total += value
      if (value > greatest) greatest = value
      found++
    }
    sum[i] = found === 0 ? Number.NaN : total
    most[i] = found === 0 ? Number.NaN : greatest
    together[i] = seconds[i]! * found
  }
}

/**
 * Stores `over * factor / (under * unit)` for the rows with a new sample.
 *
 * @remarks Bits are written only where they change: 32 rows share a word, and each write would have to wait for the one
 * before. No value when the row has no interval, when `over` is missing or when `under` is not above 0; that reads
 * *reset* where `scratch.reset` says so or `over` went back, else *unknown*.
 */
export function publishQuotient(
  column: DerivedColumn,
  rows: Int32Array,
  count: number,
  scratch: Scratch,
  over: Float64Array,
  under: Float64Array,
  factor: number,
  unit: number,
): void {
  const values = column.values
  const valid = column.valid.words
  const reset = column.reset.words
  const { seconds, reset: resets } = scratch
  for (let i = 0; i < count; i++) {
    const interval = seconds[i]!
    if (interval === NO_NEW_SAMPLE) continue
    const row = rows[i]!
    const word = row >>> 5
    const bit = 1 << (row & 31)
    const dividend = over[i]!
    const divisor = under[i]!
    if (interval > 0 && dividend >= 0 && divisor > 0) {
      values[row] = (dividend * factor) / (divisor * unit)
      if ((valid[word]! & bit) === 0) valid[word]! |= bit
      if ((reset[word]! & bit) !== 0) reset[word]! &= ~bit
      continue
    }
    if ((valid[word]! & bit) !== 0) valid[word]! &= ~bit
    if (resets[i] === 1 || (interval > 0 && dividend < 0)) reset[word]! |= bit
    else if ((reset[word]! & bit) !== 0) reset[word]! &= ~bit
  }
}

/**
 * Takes a gauge over as it is.
 *
 * @remarks Not bound to a new sample: a partial record may renew gauges while the counters of its group stand still.
 */
export function copyGauge(from: GaugeColumn, to: DerivedColumn, rows: Int32Array, count: number): void {
  const { values } = to
  const source = from.values
  const known = from.valid.words
  const valid = to.valid.words
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    const word = row >>> 5
    const bit = 1 << (row & 31)
    if ((known[word]! & bit) === 0) {
      if ((valid[word]! & bit) !== 0) valid[word]! &= ~bit
      continue
    }
    values[row] = source[row]!
    if ((valid[word]! & bit) === 0) valid[word]! |= bit
  }
}
