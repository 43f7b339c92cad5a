import {
  ACTIVE_READINGS,
  AgeLevel,
  ageOfReadings,
  type HostReadings,
  INACTIVE_READINGS,
  worstLevel,
} from './freshness.ts'

/** What a whole page can say of its age. */
export interface PageAge {
  /**
   * Age of the oldest reading of a host that keeps step, ms; where none does, that of the host that is behind least. NaN
   * before the first reading.
   */
  readonly ageMs: number
  /** Hosts in reach that are overdue by more than 3 intervals in something, and the oldest reading of theirs. */
  readonly behind: number
  readonly behindMs: number
  /** Row of the one that is behind most; -1 when none is. */
  readonly worst: number
  /** Hosts that have readings and keep step, and those that are out of reach: what one knows of the latter is not now. */
  readonly inStep: number
  readonly outOfReach: number
}

/**
 * The age of what a page shows of all hosts.
 *
 * @remarks A host out of reach is counted apart: its rows say *unknown*, and the rest of the page is no older for it. The
 * roster counts only when it is late: what it tells, that a domain is off, events tell sooner.
 */
export function pageAge(
  hosts: readonly ((HostReadings & { readonly state: string }) | undefined)[],
  now: number,
): PageAge {
  let [inStep, behind, outOfReach, worst] = [0, 0, 0, -1]
  let [ageMs, behindMs, leastBehindMs] = [Number.NaN, 0, Number.POSITIVE_INFINITY]
  hosts.forEach((host, row) => {
    if (host === undefined) return
    if (host.state === 'unreachable') {
      outOfReach++
      return
    }
    const age = hostAge(host, now)
    if (Number.isNaN(age.ageMs)) return
    if (age.isBehind) {
      behind++
      leastBehindMs = Math.min(leastBehindMs, age.ageMs)
      if (age.ageMs >= behindMs) [behindMs, worst] = [age.ageMs, row]
      return
    }
    inStep++
    if (!(ageMs >= age.ageMs)) ageMs = age.ageMs
  })
  if (inStep === 0 && behind > 0) ageMs = leastBehindMs
  return { ageMs, behind, behindMs, worst, inStep, outOfReach }
}

function hostAge(host: HostReadings, now: number): { readonly ageMs: number; readonly isBehind: boolean } {
  const { ageMs, level } = ageOfReadings(host, null, ACTIVE_READINGS, now)
  const isRosterLate = worstLevel(host, null, INACTIVE_READINGS, now) !== AgeLevel.Fresh
  const oldest = isRosterLate ? ageOfReadings(host, null, INACTIVE_READINGS | ACTIVE_READINGS, now).ageMs : ageMs
  return { ageMs: oldest, isBehind: isRosterLate || level !== AgeLevel.Fresh }
}
