/** One reading of a typed parameter: exact value as text, and when it was sampled, ms of one monotonic clock. */
export interface CounterReading {
  readonly value: string
  readonly at: number
}

/** What a typed parameter is, as its name tells. */
export type CounterKind = 'count' | 'bytes' | 'kibibytes' | 'nanoseconds'

const WHOLE = /^\d+$/

/**
 * Whether a typed parameter only ever counts up, and what; null for gauges, words and whatever is not known.
 *
 * @remarks libvirt tells no kinds. Its names do: `.sum`, `.time`, `.bytes`, `.reqs`, `.pkts` and their like count.
 */
export function counterKind(name: string): CounterKind | null {
  if (/_ns\.sum$|(^|\.)(time|times|user|system|delay|wait)$/.test(name)) return 'nanoseconds'
  if (/\.swap_(in|out)$/.test(name)) return 'kibibytes'
  if (/\.bytes$/.test(name)) return 'bytes'
  // Counts of requests that took so long, and perf's events: names of neither say so.
  if (/\.latency_histogram\.\w+\.bin\.\d+\.value$|^perf\.(?!cmt$|mbm[tl]$)/.test(name)) return 'count'
  if (/\.(sum|reqs|pkts|errs|drop|major_fault|minor_fault|hugetlb_pgalloc|hugetlb_pgfail)$/.test(name)) return 'count'
  return null
}

/**
 * Growth per second between two readings, exact before it is divided; NaN when there is none: the same sample, or a
 * counter that began anew.
 */
export function rateBetween(before: CounterReading, after: CounterReading): number {
  const seconds = (after.at - before.at) / 1000
  if (seconds <= 0 || !WHOLE.test(before.value) || !WHOLE.test(after.value)) return Number.NaN
  const growth = BigInt(after.value) - BigInt(before.value)
  return growth < 0n ? Number.NaN : Number(growth) / seconds
}
