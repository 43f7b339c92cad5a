import type { NodeStats } from './derive-node.ts'

/** One answer of NODE_GET_CPU_STATS, and when it was true. */
export interface BootSample {
  /** Monotonic ms. */
  readonly at: number
  /** How much earlier or later it may have been, in ms. */
  readonly doubtMs: number
  readonly stats: NodeStats
}

const NS_PER_MS = 1e6
/** Counters move in clock ticks, and the kernel takes back a little of what it once called idle. */
const SLACK_NS = 50 * NS_PER_MS
/** A call that took longer places its answer too badly in time. */
const MOST_DOUBT_MS = 250
/** Over a longer time the counters of another machine may have come where those of this one were. */
const MOST_APART_MS = 10_000

/**
 * Whether two answers can be of one machine since one boot: counted on from one to the other, no counter goes back, and
 * together they gain no more than its CPUs can give in the time between.
 *
 * @remarks The counters say how long a machine has run and what it did, to hundredths of a second: two machines that
 * pass once, because they were switched on together, part as soon as they do different things. So look again and again.
 * Idle time and I/O wait are taken together, because the kernel moves time from one to the other.
 * @returns null when the answers do not show it: fields are missing, or times are too vague.
 */
export function isSameBoot(one: BootSample, other: BootSample, cpus: number): boolean | null {
  const doubtMs = one.doubtMs + other.doubtMs
  if (!(cpus > 0) || doubtMs > MOST_DOUBT_MS || Math.abs(one.at - other.at) > MOST_APART_MS) return null
  const [before, after] = one.at <= other.at ? [one, other] : [other, one]
  const slack = SLACK_NS + cpus * doubtMs * NS_PER_MS
  const gains = PARTS.flatMap((part) => differenceOf(part, before.stats, after.stats) ?? [])
  if (gains.length < PARTS.length) return null
  const most = cpus * (after.at - before.at) * NS_PER_MS + slack
  return gains.every((gain) => gain >= -slack) && gains.reduce((sum, gain) => sum + gain, 0) <= most
}

/** Whether counters stand still from one answer to the next: a machine that only exists on paper, as in libvirt's test driver. */
export function standsStill(one: NodeStats, other: NodeStats): boolean {
  return PARTS.every((part) => differenceOf(part, one, other) === 0)
}

const PARTS: readonly (readonly string[])[] = [['user'], ['kernel'], ['idle', 'iowait']]

/** Exact, then a double; null when both lack the first field of the part. `iowait` is not everywhere. */
function differenceOf(part: readonly string[], before: NodeStats, after: NodeStats): number | null {
  if (!before.has(part[0]!) || !after.has(part[0]!)) return null
  const sum = (stats: NodeStats) => part.reduce((total, field) => total + (stats.get(field) ?? 0n), 0n)
  return Number(sum(after) - sum(before))
}
