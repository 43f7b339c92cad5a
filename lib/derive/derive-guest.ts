import type { CounterColumn } from '../columns/counter-column.ts'
import { COUNTER_WORDS } from '../columns/counter-column.ts'
import type { DerivedColumn } from '../columns/derived-column.ts'
import type { DomainTable } from '../columns/domain-table.ts'
import { StatGroup } from '../metrics/types.ts'
import type { DerivedDomains } from './derived-domains.ts'
import { GUEST_BASE_WORDS, GUEST_COUNTERS } from './derived-domains.ts'
import { NO_INTERVAL, NO_NEW_SAMPLE, takeIntervals } from './intervals.ts'

const TWO_POW_32 = 4_294_967_296
const WENT_BACK = 1 << GUEST_COUNTERS
/** A stamp that comes after more than this many of the guest's own periods ends a gap, not an interval (RA44). */
const GAP_PERIODS = 5
/** Guest memory is never called old before this age, in s. */
const LEAST_OLD_SECONDS = 30
const OLD_PERIODS = 3

/** What the look at a row's stamp found, in `scratch.byRow[0]`; a number above 0 is the step in s that rates are taken over. */
const NOTHING_NEW = -1
const SAME_STAMP = -2
/** The stamp is new, but what it ends is no interval. */
const NO_STEP = 0

/** Rates of the guest's own counters, which move once per stats period, and `balloonAgeSeconds` (RA37 to RA45). */
export function deriveGuest(
  table: DomainTable,
  rows: Int32Array,
  count: number,
  maxGapMs: number,
  now: number,
  out: DerivedDomains,
): void {
  const { counters } = table.wire
  const { swapInKiBps, swapOutKiBps, majorFaultsPerSecond, minorFaultsPerSecond } = out.columns
  takeIntervals(table, rows, count, StatGroup.Balloon, maxGapMs, out)
  lookAtStamps(table, rows, count, maxGapMs, out)
  const pairs: readonly (readonly [CounterColumn, DerivedColumn])[] = [
    [counters['balloon.swap_in'], swapInKiBps],
    [counters['balloon.swap_out'], swapOutKiBps],
    [counters['balloon.major_fault'], majorFaultsPerSecond],
    [counters['balloon.minor_fault'], minorFaultsPerSecond],
  ]
  // One column after the other: written row by row, each cell waits for memory.
  pairs.forEach(([wire, rate], k) => void holdRate(rows, count, k, wire, rate, out))
  // A counter that went back takes all rates with it, so they are shown when all are known.
  pairs.forEach(([, rate], k) => void publishHeld(rows, count, k, rate, out))
  const age = out.columns.balloonAgeSeconds
  const { changedAt } = out.guest
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    if (changedAt[row]! > 0) age.set(row, (now - changedAt[row]!) / 1000)
    else age.setUnknown(row)
  }
}

/** Looks at `balloon.last-update` of each row with a new sample, and notes what it means for the counters. */
function lookAtStamps(
  table: DomainTable,
  rows: Int32Array,
  count: number,
  maxGapMs: number,
  out: DerivedDomains,
): void {
  const { guest, live } = out
  const { seconds, byRow } = out.scratch
  const steps = byRow[0]!
  const { current, previous } = table.times[StatGroup.Balloon]!
  const gauge = table.wire.gauges['balloon.last-update']
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    steps[i] = NOTHING_NEW
    if (seconds[i] === NO_NEW_SAMPLE || live[row] !== 1) continue
    const stamp = gauge.valid.get(row) ? gauge.values[row]! : 0
    const last = guest.stamp[row]!
    steps[i] = SAME_STAMP
    if (stamp === 0) guest.clear(row)
    if (stamp === 0 || stamp === last) continue
    const step = stamp - last
    const period = guest.step[row]!
    const gap = previous[row]! > 0 && current[row]! - previous[row]! > maxGapMs
    const usable = last > 0 && step > 0 && !gap && (period === 0 || step <= GAP_PERIODS * period)
    steps[i] = usable ? step : NO_STEP
    guest.held[row] = 0
    guest.stamp[row] = stamp
    if (last === 0) continue
    guest.changedAt[row] = current[row]!
    guest.step[row] = Math.max(step, 0)
  }
}

/** Computes one rate where the stamp is new and takes the counter as its new base. */
function holdRate(
  rows: Int32Array,
  count: number,
  k: number,
  wire: CounterColumn,
  { values }: DerivedColumn,
  out: DerivedDomains,
): void {
  const steps = out.scratch.byRow[0]!
  const { base, based, held } = out.guest
  const { words } = wire
  const valid = wire.valid.words
  const bit = 1 << k
  for (let i = 0; i < count; i++) {
    const step = steps[i]!
    if (step === NOTHING_NEW) continue
    const row = rows[i]!
    if ((valid[row >>> 5]! & (1 << (row & 31))) === 0) {
      // A counter that the guest no longer sends has neither a value to hold nor a base.
      held[row]! &= ~bit
      based[row]! &= ~bit
      continue
    }
    if (step === SAME_STAMP) continue
    const at = row * COUNTER_WORDS
    const to = row * GUEST_BASE_WORDS + 2 * k
    const high = words[at]!
    const low = words[at + 1]!
    if (step > 0 && (based[row]! & bit) !== 0) {
      const delta = (high - base[to]!) * TWO_POW_32 + (low - base[to + 1]!)
      held[row]! |= delta < 0 ? WENT_BACK : bit
      if (delta >= 0) values[row] = delta / step
    }
    base[to] = high
    base[to + 1] = low
    based[row]! |= bit
  }
}

/** Shows the held values of one rate, except where the interval itself is not to be trusted. */
function publishHeld(rows: Int32Array, count: number, k: number, rate: DerivedColumn, out: DerivedDomains): void {
  const { seconds, reset: restarted, byRow } = out.scratch
  const steps = byRow[0]!
  const { held } = out.guest
  for (let i = 0; i < count; i++) {
    if (steps[i] === NOTHING_NEW) continue
    const row = rows[i]!
    // The guest rebooted: none of its counters has a rate over this step.
    if ((held[row]! & WENT_BACK) !== 0) held[row] = WENT_BACK
    // `values` keeps what was held, also while it was not shown.
    const shown = seconds[i] !== NO_INTERVAL && (held[row]! & (1 << k)) !== 0
    if (shown) rate.valid.set(row)
    else rate.valid.clear(row)
    if (!shown && (restarted[i] === 1 || held[row] === WENT_BACK)) rate.reset.set(row)
    else rate.reset.clear(row)
  }
}

/**
 * Age in s from which a guest's memory figures are old: three of its own periods, at least 30 s (RA37).
 *
 * @remarks To be compared with `balloonAgeSeconds`.
 */
export function guestMemoryOldAfterSeconds(derived: DerivedDomains, row: number): number {
  return Math.max(LEAST_OLD_SECONDS, OLD_PERIODS * derived.guest.step[row]!)
}
