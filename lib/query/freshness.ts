import { READING_COUNT, ROSTER_READING, STAT_GROUP_COUNT, STAT_GROUP_NAMES } from '../metrics/types.ts'

/** How late a value is, in the steps in which a cell shows it. */
export const AgeLevel = { Fresh: 0, Stale: 1, Old: 2 } as const
export type AgeLevel = (typeof AgeLevel)[keyof typeof AgeLevel]

/** A value is *stale* beyond this many intervals of its group on its host, and *old* (grey) beyond the second. */
export const STALE_INTERVALS = 3
export const OLD_INTERVALS = 10

/** What an active row shows: every stat group. */
export const ACTIVE_READINGS = (1 << STAT_GROUP_COUNT) - 1
/** What a row without a process shows: its state, as the last roster told it. */
export const INACTIVE_READINGS = 1 << ROSTER_READING
const STATE_READING = 0

/** Names of readings, for people. */
export const READING_NAMES: readonly string[] = [...STAT_GROUP_NAMES, 'state']

/** Sample times and kept intervals of one host by reading; the same arrays as a feed's freshness. */
export interface HostReadings {
  /** NaN before the first sample. */
  readonly sampledAt: ArrayLike<number>
  readonly intervalMs: ArrayLike<number>
}

/** By stat group, when a row itself was sampled: NaN as its host was, -Infinity never. Null: all as its host. */
export type OwnSamples = ArrayLike<number> | null

/** How old and how late something is, ms. */
export interface Age {
  /** Time since the oldest sample. NaN when there is none. */
  readonly ageMs: number
  /** What of an age exceeds the interval that its group keeps, of the group that is overdue most; at least 0. */
  readonly overdueMs: number
  readonly level: AgeLevel
  /** The reading whose sample is the oldest; -1 when there is none. */
  readonly oldest: number
}

/** When a reading was taken for a row: NaN or -Infinity when it never was. */
export function takenAt(host: HostReadings, own: OwnSamples, reading: number): number {
  // The roster's answer is the state group of an inactive row.
  const at = own?.[reading === ROSTER_READING ? STATE_READING : reading] ?? Number.NaN
  return Number.isNaN(at) ? (host.sampledAt[reading] ?? Number.NaN) : at
}

/** Age of one reading in ms, NaN before the first. */
export function readingAge(host: HostReadings, own: OwnSamples, reading: number, now: number): number {
  const at = takenAt(host, own, reading)
  return Number.isFinite(at) ? Math.max(0, now - at) : Number.NaN
}

/** The step of an age in a group that keeps an interval. What was never sampled has no value that could be stale. */
export function levelOf(ageMs: number, intervalMs: number): AgeLevel {
  if (!(ageMs > STALE_INTERVALS * intervalMs) || intervalMs <= 0) return AgeLevel.Fresh
  return ageMs > OLD_INTERVALS * intervalMs ? AgeLevel.Old : AgeLevel.Stale
}

/**
 * Age and lateness of the given readings together: the age is that of the oldest sample, the level the worst one.
 *
 * @param readings - Bits.
 */
export function ageOfReadings(host: HostReadings, own: OwnSamples, readings: number, now: number): Age {
  let [ageMs, overdueMs, oldest] = [Number.NaN, 0, -1]
  let level: AgeLevel = AgeLevel.Fresh
  for (let reading = 0; reading < READING_COUNT; reading++) {
    if ((readings & (1 << reading)) === 0) continue
    const age = readingAge(host, own, reading, now)
    if (Number.isNaN(age)) continue
    const intervalMs = host.intervalMs[reading] ?? 0
    if (!(ageMs >= age)) [ageMs, oldest] = [age, reading]
    overdueMs = Math.max(overdueMs, age - intervalMs)
    const step = levelOf(age, intervalMs)
    if (step > level) level = step
  }
  return { ageMs, overdueMs, level, oldest }
}

/** Age of the oldest of the given readings in ms, NaN without a sample. As {@link ageOfReadings}, and makes no object. */
export function oldestAge(host: HostReadings, own: OwnSamples, readings: number, now: number): number {
  let oldest = Number.NaN
  for (let reading = 0; reading < READING_COUNT; reading++) {
    if ((readings & (1 << reading)) === 0) continue
    const age = readingAge(host, own, reading, now)
    if (!Number.isNaN(age) && !(oldest >= age)) oldest = age
  }
  return oldest
}

/** The worst step of the given readings. */
export function worstLevel(host: HostReadings, own: OwnSamples, readings: number, now: number): AgeLevel {
  let worst: AgeLevel = AgeLevel.Fresh
  for (let reading = 0; reading < READING_COUNT; reading++) {
    if ((readings & (1 << reading)) === 0) continue
    const level = levelOf(readingAge(host, own, reading, now), host.intervalMs[reading] ?? 0)
    if (level > worst) worst = level
  }
  return worst
}
