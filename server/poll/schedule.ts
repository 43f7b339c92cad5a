/** A bulk call gets at least this long. */
const LEAST_DEADLINE_MS = 5_000
/** And this many times its mean duration. */
const DEADLINE_MEANS = 4
/** Bounds of the pause before another connect. */
const BACKOFF_FIRST_MS = 1_000
const BACKOFF_MAX_MS = 60_000
/** Pause before looking again for a local daemon that is not there: looking costs one system call. */
const LOCAL_RETRY_MS = 1_000

/**
 * How long to leave the daemon alone after a call, so that calls take at most `dutyPercent` of its time.
 *
 * @remarks For 10 % that is nine times the duration.
 */
export function dutyPause(durationMs: number, dutyPercent: number): number {
  return durationMs * Math.max(0, 100 / dutyPercent - 1)
}

/** When the next fast call may start: on the grid of the interval, without catching up on points that were missed. */
export function nextFastAt(plannedAt: number, now: number, intervalMs: number): number {
  const next = plannedAt + intervalMs
  return next > now ? next : now + intervalMs - ((now - plannedAt) % intervalMs)
}

/** Deadline of a bulk call from its mean duration; 0 for the first one. */
export function bulkDeadline(meanMs: number): number {
  return Math.max(LEAST_DEADLINE_MS, DEADLINE_MEANS * meanMs)
}

/**
 * Pause before connect attempt number `failures + 1`: full jitter below a bound that doubles from 1 s to 60 s, and never
 * less than half a second.
 *
 * @param random - Uniform in 0 … 1.
 */
export function backoffMs(failures: number, random: number): number {
  const bound = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.max(0, failures - 1))
  return Math.max(BACKOFF_FIRST_MS / 2, random * bound)
}

/** Pause before looking again for a daemon of this machine that is not running. */
export function localRetryMs(random: number): number {
  return LOCAL_RETRY_MS * (0.5 + random / 2)
}
