import { CHILD_METRICS, type ChildEntity } from '../../metrics/child-metrics.ts'
import type { ChildDelta, Interval } from './naive-deltas.ts'
import { childDeltas } from './naive-deltas.ts'
import { DISK_QUOTIENTS, DISK_RATES, NET } from './naive-metrics.ts'
import type { Outcome } from './outcome.ts'
import { known, RESET, UNKNOWN } from './outcome.ts'

const NS = 1_000_000_000n

/**
 * The metrics of one child over an interval, by the rules of docs/spec/rates.md, in objects and big integers.
 *
 * @param interval - Undefined while the group has none.
 */
export function naiveChild(entity: ChildEntity, identity: string, interval: Interval | undefined): Outcome[] {
  const metrics = CHILD_METRICS[entity]
  const all = (outcome: Outcome) => metrics.map(() => outcome)
  const child = interval?.after.children.find((other) => other.identity === identity)
  if (interval === undefined || child?.gauges['vcpu.*.state'] === 0) return all(UNKNOWN)
  if (interval.ms === null) return all(interval.reset ? RESET : UNKNOWN)
  const [delta] = childDeltas(interval, (record) => record.children.filter((other) => other.identity === identity))
  if (delta === undefined) return all(UNKNOWN)
  return metrics.map(({ id }) => (delta.back ? RESET : outcome(id, delta, BigInt(Math.round(interval.ms! * 1000)))))
}

function outcome(id: string, { deltas }: ChildDelta, us: bigint): Outcome {
  const total = (paths: readonly string[]): bigint | null => {
    const parts = paths.map((path) => deltas.get(path))
    return parts.includes(undefined) ? null : parts.reduce<bigint>((sum, part) => sum + part!, 0n)
  }
  const rate = (value: bigint | null, factor: number) =>
    value === null ? UNKNOWN : known((Number(value) * factor) / Number(us))
  if (id === 'vcpuPercent') return rate(total(['vcpu.*.time']), 1e8 / Number(NS))
  if (id === 'vcpuStealPercent') return rate(total(['vcpu.*.delay']), 1e8 / Number(NS))
  const net = NET.find(([metric]) => metric === id)
  if (net !== undefined) return rate(total([net[1]]), 1e6)
  const disk = DISK_RATES.find(([metric]) => metric === id)
  if (disk !== undefined) return rate(total(disk[1]), 1e6 / disk[2])
  const [, over, under] = DISK_QUOTIENTS.find(([metric]) => metric === id)!
  const sum = total(over)
  const requests = total(under)
  return sum === null || requests === null || requests === 0n ? UNKNOWN : known(Number(sum) / Number(requests))
}
