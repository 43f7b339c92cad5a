import type { Guest, Moment } from './guest.ts'
import { mix, unit } from './seeded.ts'
import { burstIntegral, drift } from './signals.ts'

/** The guest driver reports once in so many seconds (`<stats period>`). */
export const BALLOON_PERIOD = 10

/** Memory of one guest as its balloon driver last reported it, in KiB unless said. */
export interface MemoryReport {
  /** Seconds of the process at the report; 0 when there was none yet. */
  tick: number
  available: number
  usable: number
  unused: number
  caches: number
  swapIn: number
  swapOut: number
  majorFaults: number
  minorFaults: number
}

export function emptyReport(): MemoryReport {
  return {
    tick: 0,
    available: 0,
    usable: 0,
    unused: 0,
    caches: 0,
    swapIn: 0,
    swapOut: 0,
    majorFaults: 0,
    minorFaults: 0,
  }
}

/** Fills `report` with what the guest said at its last period. */
export function reportMemory(guest: Guest, moment: Moment, report: MemoryReport): void {
  const { hash, pressed, kind } = guest.shape
  const tick = Math.floor(moment.tau / BALLOON_PERIOD) * BALLOON_PERIOD
  const wave = drift(tick, 900, hash)
  const settled = pressed ? 0.9 + 0.08 * wave : 0.15 + 0.55 * unit(mix(hash, 7)) + 0.15 * wave
  const used = settled * Math.min(1, 0.1 + tick / 180)
  report.tick = tick
  report.available = Math.floor(guest.memoryKiB * 0.97)
  report.usable = Math.floor(report.available * (1 - used))
  report.caches = Math.floor(report.usable * 0.7)
  report.unused = report.usable - Math.floor(report.caches * 0.9)
  report.swapIn = pressed ? Math.floor(burstIntegral(tick, 300, 120_000, hash ^ 0x51)) : 0
  report.swapOut = pressed ? Math.floor(burstIntegral(tick, 300, 200_000, hash ^ 0x50)) : 0
  report.majorFaults = Math.floor(tick * 0.2) + Math.floor(report.swapIn / 4)
  report.minorFaults = Math.floor(tick * (40 + 3_000 * kind.cpu))
}

/** Memory of the process itself, KiB. */
const PROCESS_KIB = 61_440

/** Memory that the process holds on its host, KiB: grows while the guest touches its pages. Huge pages do not count. */
export function rssKiB(guest: Guest, moment: Moment): number {
  if (guest.shape.hugePages) return PROCESS_KIB
  const touched = 0.2 + 0.75 * (1 - Math.exp(-moment.tau / 7_200))
  return Math.floor(guest.memoryKiB * touched) + PROCESS_KIB
}
