import type { OwnLimits } from '../row-caps.ts'
import { CAP_KINDS } from '../row-caps.ts'
import type { ChildDelta } from './naive-deltas.ts'
import { partsOf, sum } from './naive-deltas.ts'
import type { Outcome } from './outcome.ts'
import { known, RESET, UNKNOWN } from './outcome.ts'

/** RA61, out of what the two metrics read. */
export function naiveCpuCap(limits: OwnLimits | null, busiest: Outcome, cores: Outcome): Outcome {
  const sides: Outcome[] = []
  const { vcpuCores = 0, processCores = 0 } = limits ?? {}
  if (vcpuCores > 0) sides.push(busiest.kind === 'known' ? known(busiest.value / vcpuCores) : busiest)
  if (processCores > 0) sides.push(cores.kind === 'known' ? known((100 * cores.value) / processCores) : cores)
  return worst(sides)
}

const REQS = { read: ['block.*.rd.reqs'], write: ['block.*.wr.reqs'], total: ['block.*.rd.reqs', 'block.*.wr.reqs'] }
const BYTES = {
  read: ['block.*.rd.bytes'],
  write: ['block.*.wr.bytes'],
  total: ['block.*.rd.bytes', 'block.*.wr.bytes'],
}

/** RA62 over an interval. */
export function naiveDiskCap(limits: OwnLimits, children: readonly ChildDelta[], seconds: number): Outcome {
  const sides: Outcome[] = []
  for (const cap of limits.disks) {
    const own = children.filter((child) => cap.disks.includes(child.identity))
    CAP_KINDS.forEach((kind, place) => {
      const limit = cap.limits[place] ?? 0
      const [who, what] = kind.split('_') as ['total' | 'read' | 'write', 'bytes' | 'iops']
      const delta = sum(partsOf(own, (what === 'iops' ? REQS : BYTES)[who]))
      if (limit > 0 && delta !== null && seconds > 0) sides.push(known((100 * Number(delta)) / limit / seconds))
    })
  }
  return worst(sides)
}

function worst(sides: readonly Outcome[]): Outcome {
  const values = sides.flatMap((side) => (side.kind === 'known' ? [side.value] : []))
  if (values.length > 0) return known(Math.max(...values))
  return sides.some((side) => side.kind === 'reset') ? RESET : UNKNOWN
}
