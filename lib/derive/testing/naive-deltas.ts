import type { ChildRecord, GroupRecord } from './records.ts'

/** The interval of a group that just ended: `ms` null when no rate may be computed over it. */
export interface Interval {
  readonly ms: number | null
  readonly reset: boolean
  /** The clock jumped in it. */
  readonly jumped: boolean
  readonly before: GroupRecord | null
  readonly after: GroupRecord
  /** Complete records between these two, which were no samples: a counter that one of them left out has no difference. */
  readonly between: readonly GroupRecord[]
}

/** Differences of one child that was there before and after, or the news that one of its counters went back. */
export interface ChildDelta {
  readonly identity: string
  readonly deltas: ReadonlyMap<string, bigint>
  readonly back: boolean
}

export function counterDelta(interval: Interval, path: string): bigint | null {
  const before = interval.before?.counters[path]
  const after = interval.after.counters[path]
  if (interval.ms === null || before === undefined || after === undefined) return null
  return interval.between.every(({ counters }) => counters[path] !== undefined) ? after - before : null
}

export function isBack(delta: bigint | null): boolean {
  return delta !== null && delta < 0n
}

export function everyChild(record: GroupRecord): readonly ChildRecord[] {
  return record.children
}

export function onlineVcpus(record: GroupRecord): readonly ChildRecord[] {
  return record.children.filter((child) => child.gauges['vcpu.*.state'] !== 0)
}

export function childDeltas(interval: Interval, pick: (record: GroupRecord) => readonly ChildRecord[]): ChildDelta[] {
  if (interval.ms === null) return []
  return pick(interval.after).map((child) => {
    const before = interval.before!.children.find((other) => other.identity === child.identity)
    const deltas = new Map<string, bigint>()
    for (const [path, value] of Object.entries(child.counters)) {
      const old = before?.counters[path]
      const throughout = interval.between.every(({ children }) => {
        return children.find((other) => other.identity === child.identity)?.counters[path] !== undefined
      })
      if (old !== undefined && throughout) deltas.set(path, value - old)
    }
    return { identity: child.identity, deltas, back: [...deltas.values()].some((delta) => delta < 0n) }
  })
}

/** For each child without reset that has all of `paths` and `also`: the sum of its `paths`. */
export function partsOf(
  children: readonly ChildDelta[],
  paths: readonly string[],
  also: readonly string[] = [],
): bigint[] {
  return children
    .filter((child) => !child.back && [...paths, ...also].every((path) => child.deltas.has(path)))
    .map((child) => paths.reduce((total, path) => total + child.deltas.get(path)!, 0n))
}

export function sum(parts: readonly bigint[]): bigint | null {
  return parts.length === 0 ? null : parts.reduce((total, part) => total + part, 0n)
}

export function greatest(parts: readonly bigint[]): bigint | null {
  return parts.length === 0 ? null : parts.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)).at(-1)!
}
