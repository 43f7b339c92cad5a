import type { DiskCap, OwnLimits } from '../../lib/derive/row-caps.ts'
import { CAP_KINDS } from '../../lib/derive/row-caps.ts'
import type { CpuQuota } from './cpu-facts.ts'
import type { DiskFacts } from './disk-facts.ts'
import type { DomainFacts } from './domain-facts.ts'

/** The limits that rates are compared with. */
export function ownLimits({ cpu, disks }: DomainFacts): OwnLimits {
  return { vcpuCores: coresOf(cpu.vcpuQuota), processCores: coresOf(cpu.globalQuota), disks: diskCaps(disks) }
}

function coresOf(quota: CpuQuota | null): number {
  return quota === null ? 0 : quota.quotaUs / quota.periodUs
}

/** One cap for each limited disk, and one for each group of disks that share theirs. */
function diskCaps(disks: readonly DiskFacts[]): DiskCap[] {
  const caps = new Map<string, { disks: string[]; limits: readonly number[] }>()
  for (const { target, limits, limitGroup } of disks) {
    const numbers = CAP_KINDS.map((kind) => limits[kind] ?? 0)
    if (numbers.every((limit) => limit === 0)) continue
    // A blank cannot be in the name of a disk.
    const key = limitGroup === null ? ` ${target}` : limitGroup
    const known = caps.get(key)
    if (known === undefined) caps.set(key, { disks: [target], limits: numbers })
    else known.disks.push(target)
  }
  return [...caps.values()]
}
