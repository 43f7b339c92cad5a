/** How old a value is, in the steps in which a cell shows it. */
export const AgeLevel = { Fresh: 0, Stale: 1, Old: 2 } as const
export type AgeLevel = (typeof AgeLevel)[keyof typeof AgeLevel]

/** A value is *stale* beyond this many intervals of its group on its host, and *old* (grey) beyond the second. */
export const STALE_INTERVALS = 3
export const OLD_INTERVALS = 10

/** Sample times and kept intervals of one host by stat group; the same arrays as a feed's freshness. */
export interface GroupSamples {
  /** NaN before the first sample. */
  readonly sampledAt: ArrayLike<number>
  readonly intervalMs: ArrayLike<number>
}

/** Age of a group's newest sample in ms, NaN before the first. */
export function sampleAge(samples: GroupSamples, group: number, now: number): number {
  return Math.max(0, now - (samples.sampledAt[group] ?? Number.NaN))
}

/** The step of a group. Before the first sample a cell has no value that could be stale. */
export function ageLevel(samples: GroupSamples, group: number, now: number): AgeLevel {
  const age = sampleAge(samples, group, now)
  const interval = samples.intervalMs[group] ?? 0
  if (!(age > STALE_INTERVALS * interval) || interval <= 0) return AgeLevel.Fresh
  return age > OLD_INTERVALS * interval ? AgeLevel.Old : AgeLevel.Stale
}

/**
 * The age that a row shows: that of its oldest group, less the interval that the group keeps, at least 0.
 *
 * @param groups - Bits of the groups that are polled for the row.
 * @returns Milliseconds, NaN when none of the groups was ever sampled.
 */
export function rowAge(samples: GroupSamples, groups: number, now: number): number {
  let oldest = Number.NaN
  for (let group = 0; group < samples.sampledAt.length; group++) {
    if ((groups & (1 << group)) === 0) continue
    const age = sampleAge(samples, group, now) - (samples.intervalMs[group] ?? 0)
    if (Number.isNaN(age)) continue
    if (!(oldest >= age)) oldest = age
  }
  return Number.isNaN(oldest) ? oldest : Math.max(0, oldest)
}

/** The worst step of the given groups. */
export function worstLevel(samples: GroupSamples, groups: number, now: number): AgeLevel {
  let worst: AgeLevel = AgeLevel.Fresh
  for (let group = 0; group < samples.sampledAt.length; group++) {
    if ((groups & (1 << group)) === 0) continue
    const level = ageLevel(samples, group, now)
    if (level > worst) worst = level
  }
  return worst
}
