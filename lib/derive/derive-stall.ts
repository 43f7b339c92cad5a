import type { DomainTable } from '../columns/domain-table.ts'
import { StatGroup } from '../metrics/types.ts'
import type { DerivedDomains } from './derived-domains.ts'
import { NO_NEW_SAMPLE } from './intervals.ts'
import type { Scratch } from './scratch.ts'
import type { StallWatch } from './stall-watch.ts'

/** Requests in 60 s that make a domain busy: five a second. */
const LEAST_REQUESTS = 300
/** Silence after which a busy domain is suspected: that long, and that many samples. */
const LEAST_SILENCE_MS = 3_000
const LEAST_STILL = 2
const RUNNING = 1
const BLOCKED = 2

/**
 * `ioStoppedSeconds` of the given rows: how long no request finished of a domain that had many (RA65 to RA68).
 *
 * @remarks To be called while `scratch` holds the disks of the rows.
 * @param requests - By disk, the difference of reads and writes together.
 * @param flushes - By disk, the difference of flushes.
 */
export function deriveStall(
  table: DomainTable,
  rows: Int32Array,
  count: number,
  requests: Float64Array,
  flushes: Float64Array,
  out: DerivedDomains,
): void {
  const { scratch, stall } = out
  const target = out.columns.ioStoppedSeconds
  const { current, previous } = table.times[StatGroup.Block]!
  for (let i = 0; i < count; i++) {
    if (scratch.seconds[i] === NO_NEW_SAMPLE) continue
    const row = rows[i]!
    const at = current[row]!
    const inAll = finishedBy(scratch.start[i]!, scratch.start[i + 1]!, requests, flushes)
    const isOther =
      hasLostDisk(table, row, scratch, i, requests, stall) || Math.abs(previous[row]!) < stall.notBefore[row]!
    if (isOther || inAll < 0 || scratch.reset[i] === 1 || out.live[row] === 0 || !isRunning(table, row)) {
      stall.clear(row)
      target.setUnknown(row)
      continue
    }
    const finished = stall.since(row, previous[row]!, inAll)
    if (stall.justEnded.get(row)) stall.justEnded.clear(row)
    if (finished > 0) {
      if (stall.stopped.get(row)) stall.justEnded.set(row)
      stall.moved(row, finished, at)
    } else if (scratch.seconds[i]! > 0 && stall.still[row]! < LEAST_STILL) stall.still[row]!++
    const silence = stall.movedAt[row] === 0 ? 0 : at - stall.movedAt[row]!
    const stopped =
      silence >= LEAST_SILENCE_MS && stall.still[row]! >= LEAST_STILL && stall.recent(row) >= LEAST_REQUESTS
    if (stopped) stall.stopped.set(row)
    else stall.stopped.clear(row)
    target.set(row, stopped ? silence / 1000 : 0)
  }
}

/** Whether a disk of the last sample has no difference in this one: it may be the one that was busy. */
function hasLostDisk(
  table: DomainTable,
  row: number,
  { start, slots }: Scratch,
  place: number,
  requests: Float64Array,
  stall: StallWatch,
): boolean {
  const from = start[place]!
  const to = start[place + 1]!
  let withDifference = 0
  for (let j = from; j < to; j++) if (!Number.isNaN(requests[j]!)) withDifference++
  // Whatever has a difference has counters: only the others need a look.
  const withCounters = withDifference === to - from ? withDifference : countWithCounters(table, slots, from, to)
  const begin = table.times[StatGroup.Block]!.previous[row]!
  return withDifference < stall.countDisks(row, begin, withCounters)
}

/** Disks, out of those in `slots[from..to)`, whose last sample had both counters of requests. */
function countWithCounters(table: DomainTable, slots: Int32Array, from: number, to: number): number {
  const { 'block.*.rd.reqs': reads, 'block.*.wr.reqs': writes } = table.disks.wire.counters
  let count = 0
  for (let j = from; j < to; j++) if (reads.valid.get(slots[j]!) && writes.valid.get(slots[j]!)) count++
  return count
}

/** Forgets the disks of rows that do not run: a paused guest has no requests to finish (RA67). */
export function forgetPaused(table: DomainTable, rows: Int32Array, count: number, out: DerivedDomains): void {
  for (let i = 0; i < count; i++) {
    const row = rows[i]!
    if (out.stall.movedAt[row] === 0 || isRunning(table, row)) continue
    out.stall.clear(row)
    out.columns.ioStoppedSeconds.setUnknown(row)
  }
}

/** A state that was never read is no reason to doubt. */
function isRunning(table: DomainTable, row: number): boolean {
  const state = table.wire.gauges['state.state']
  return !state.valid.get(row) || state.values[row] === RUNNING || state.values[row] === BLOCKED
}

/** Requests that finished on the disks from `from` to `to`; -1 when none of them has a difference. */
function finishedBy(from: number, to: number, requests: Float64Array, flushes: Float64Array): number {
  let sum = -1
  for (let j = from; j < to; j++) {
    const done = requests[j]!
    if (Number.isNaN(done)) continue
    const flushed = flushes[j]!
    sum = Math.max(sum, 0) + done + (Number.isNaN(flushed) ? 0 : flushed)
  }
  return sum
}
