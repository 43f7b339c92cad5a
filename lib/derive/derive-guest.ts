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

/** Rates of the guest's own counters, which move once per stats period, and `balloonAgeSeconds` (RA37 to RA45). */
export function deriveGuest(
  table: DomainTable,
  rows: Int32Array,
  count: number,
  maxGapMs: number,
  now: number,
  out: DerivedDomains,
): void {
  const counters = table.wire.counters
  const wire: readonly CounterColumn[] = [
    counters['balloon.swap_in'],
    counters['balloon.swap_out'],
    counters['balloon.major_fault'],
    counters['balloon.minor_fault'],
  ]
  const { swapInKiBps, swapOutKiBps, majorFaultsPerSecond, minorFaultsPerSecond } = out.columns
  const rates: readonly DerivedColumn[] = [swapInKiBps, swapOutKiBps, majorFaultsPerSecond, minorFaultsPerSecond]
  const age = out.columns.balloonAgeSeconds
  const changedAt = out.guest.changedAt
  const { current, previous } = table.times[StatGroup.Balloon]!
  const { seconds, reset } = out.scratch
  takeIntervals(table, rows, count, StatGroup.Balloon, maxGapMs, out)
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    if (seconds[i] !== NO_NEW_SAMPLE && out.live[row] === 1) {
      const gap = previous[row]! > 0 && current[row]! - previous[row]! > maxGapMs
      readStamp(table, out, row, gap, wire, rates)
      publishHeld(out, row, seconds[i] === NO_INTERVAL, reset[i] === 1, rates)
    }
    if (changedAt[row]! > 0) age.set(row, (now - changedAt[row]!) / 1000)
    else age.setUnknown(row)
  }
}

/** Looks at `balloon.last-update`; when it has changed, computes the rates and takes the counters as the new base. */
function readStamp(
  table: DomainTable,
  out: DerivedDomains,
  row: number,
  gap: boolean,
  wire: readonly CounterColumn[],
  rates: readonly DerivedColumn[],
): void {
  const guest = out.guest
  const gauge = table.wire.gauges['balloon.last-update']
  const stamp = gauge.valid.get(row) ? gauge.values[row]! : 0
  if (stamp === 0) {
    guest.clear(row)
    return
  }
  const last = guest.stamp[row]!
  dropMissing(guest, row, wire)
  if (stamp === last) return
  const step = stamp - last
  const period = guest.step[row]!
  guest.held[row] = 0
  if (last > 0 && step > 0 && !gap && (period === 0 || step <= GAP_PERIODS * period)) {
    holdRates(out, row, step, wire, rates)
  }
  takeBase(out, row, wire)
  guest.stamp[row] = stamp
  if (last === 0) return
  guest.changedAt[row] = table.times[StatGroup.Balloon]!.current[row]!
  guest.step[row] = Math.max(step, 0)
}

/** A counter that the guest no longer sends has neither a value to hold nor a base. */
function dropMissing(guest: DerivedDomains['guest'], row: number, wire: readonly CounterColumn[]): void {
  for (let k = 0; k < GUEST_COUNTERS; k++) {
    if (wire[k]!.valid.get(row)) continue
    guest.held[row]! &= ~(1 << k)
    guest.based[row]! &= ~(1 << k)
  }
}

function holdRates(
  out: DerivedDomains,
  row: number,
  seconds: number,
  wire: readonly CounterColumn[],
  rates: readonly DerivedColumn[],
): void {
  const { base, based, held } = out.guest
  for (let k = 0; k < GUEST_COUNTERS; k++) {
    if ((based[row]! & (1 << k)) === 0) continue
    const from = row * GUEST_BASE_WORDS + 2 * k
    const at = row * COUNTER_WORDS
    const words = wire[k]!.words
    const delta = (words[at]! - base[from]!) * TWO_POW_32 + (words[at + 1]! - base[from + 1]!)
    if (delta < 0) {
      // The guest rebooted: none of its counters has a rate over this step.
      held[row] = WENT_BACK
      return
    }
    rates[k]!.values[row] = delta / seconds
    held[row]! |= 1 << k
  }
}

function takeBase(out: DerivedDomains, row: number, wire: readonly CounterColumn[]): void {
  const { base, based } = out.guest
  based[row] = 0
  for (let k = 0; k < GUEST_COUNTERS; k++) {
    if (!wire[k]!.valid.get(row)) continue
    const to = row * GUEST_BASE_WORDS + 2 * k
    const at = row * COUNTER_WORDS
    const words = wire[k]!.words
    base[to] = words[at]!
    base[to + 1] = words[at + 1]!
    based[row]! |= 1 << k
  }
}

/** Shows the held rates, except where the interval itself is not to be trusted. */
function publishHeld(
  out: DerivedDomains,
  row: number,
  noInterval: boolean,
  restarted: boolean,
  rates: readonly DerivedColumn[],
): void {
  const held = out.guest.held[row]!
  const reset = restarted || (held & WENT_BACK) !== 0
  for (let k = 0; k < GUEST_COUNTERS; k++) {
    const column = rates[k]!
    // `values` keeps what was held, also while it was not shown.
    if (!noInterval && (held & (1 << k)) !== 0) column.valid.set(row)
    else column.valid.clear(row)
    if (reset && !column.valid.get(row)) column.reset.set(row)
    else column.reset.clear(row)
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
