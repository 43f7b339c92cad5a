/** Use of the host's CPUs over one interval; null is unknown. */
export interface NodeCpu {
  readonly cpuPercent: number | null
  readonly iowaitPercent: number | null
  /** A counter went back: the missing values are a reset. */
  readonly reset: boolean
}

export interface NodeMemory {
  /** Memory of the host. */
  readonly totalKiB: number | null
  readonly usedKiB: number | null
  readonly usedPercent: number | null
}

/** The huge-page pool of a host in KiB; null is unknown. */
export interface HugePageCounts {
  readonly totalKiB: number | null
  readonly freeKiB: number | null
}

/** By field, as the node calls give them: cumulative ns, or KiB. */
export type NodeStats = ReadonlyMap<string, bigint>

const UNKNOWN_CPU: NodeCpu = { cpuPercent: null, iowaitPercent: null, reset: false }
/** Without these there is no total. `guest` is inside `user`, and `utilization` is a percentage: neither is added. */
const NEEDED = ['kernel', 'user', 'idle'] as const
const IF_PRESENT = ['iowait', 'intr'] as const

/**
 * CPU use of a host from two answers of NODE_GET_CPU_STATS (RA52).
 *
 * @param previous - Null before the first answer.
 * @param elapsedMs - Monotonic time between the two; longer than `maxGapMs` is a gap and gives no value.
 */
export function deriveNodeCpu(
  previous: NodeStats | null,
  current: NodeStats,
  elapsedMs: number,
  maxGapMs: number = Number.POSITIVE_INFINITY,
): NodeCpu {
  if (previous === null || !(elapsedMs > 0) || elapsedMs > maxGapMs) return UNKNOWN_CPU
  let total = 0n
  for (const field of [...NEEDED, ...IF_PRESENT]) {
    const before = previous.get(field)
    const after = current.get(field)
    if (before === undefined && after === undefined && !isNeeded(field)) continue
    if (before === undefined || after === undefined) return UNKNOWN_CPU
    if (after < before) return { ...UNKNOWN_CPU, reset: true }
    total += after - before
  }
  if (total === 0n) return UNKNOWN_CPU
  const iowait = current.has('iowait') ? difference(previous, current, 'iowait') : null
  const idle = difference(previous, current, 'idle') + (iowait ?? 0n)
  return {
    cpuPercent: percent(total - idle, total),
    iowaitPercent: iowait === null ? null : percent(iowait, total),
    reset: false,
  }
}

/** Memory use of a host from one answer of NODE_GET_MEMORY_STATS (RA53). */
export function deriveNodeMemory(stats: NodeStats): NodeMemory {
  const total = stats.get('total')
  const free = freeOf(stats)
  if (total === undefined || total <= 0n) return { totalKiB: null, usedKiB: null, usedPercent: null }
  const totalKiB = Number(total)
  if (free === null || free > total) return { totalKiB, usedKiB: null, usedPercent: null }
  const used = total - free
  return { totalKiB, usedKiB: Number(used), usedPercent: percent(used, total) }
}

/** `available` (libvirt 12.3 and later) counts what the kernel can really give; else free, buffers and cache. */
function freeOf(stats: NodeStats): bigint | null {
  const available = stats.get('available')
  if (available !== undefined) return available
  const free = stats.get('free')
  const buffers = stats.get('buffers')
  const cached = stats.get('cached')
  return free === undefined || buffers === undefined || cached === undefined ? null : free + buffers + cached
}

function isNeeded(field: string): boolean {
  return NEEDED.some((needed) => needed === field)
}

function difference(previous: NodeStats, current: NodeStats, field: string): bigint {
  return (current.get(field) ?? 0n) - (previous.get(field) ?? 0n)
}

function percent(part: bigint, whole: bigint): number {
  return (Number(part) * 100) / Number(whole)
}
