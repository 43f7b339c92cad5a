import type { Moment } from './guest.ts'
import { emptyMoment } from './guest.ts'
import { rssKiB } from './guest-memory.ts'
import { HOST_UPTIME } from './host-load.ts'
import { HUGE_PAGE_KIB } from './page-sizes.ts'
import type { SimHost } from './sim-host.ts'

const SECOND_NS = 1_000_000_000
/** Share of all CPUs that the host uses for itself. */
const HOST_OWN_SHARE = 0.006
/** Share of all CPUs that wait while storage is slow, and the rest of the time. */
const IOWAIT_STALLED = 0.06
const IOWAIT_USUAL = 0.0008
/** Memory of the host's own programs. */
const HOST_OWN_KIB = 3_145_728

/** NODE_GET_CPU_STATS and NODE_GET_MEMORY_STATS: sums over the guests, so that host and guests agree. */
export class NodeFigures {
  readonly #host: SimHost
  readonly #moment: Moment = emptyMoment()
  #lastIdleNs = 0

  constructor(host: SimHost) {
    this.#host = host
  }

  /** Cumulative ns since the host booted, all CPUs together. */
  cpu(): ReadonlyMap<string, number> {
    const { load, node } = this.#host.world
    const now = this.#host.now()
    const uptime = now + HOST_UPTIME
    const guests = this.#sumCpuNs(now)
    const own = HOST_OWN_SHARE * node.cpus * uptime * SECOND_NS
    const iowait = node.cpus * SECOND_NS * (IOWAIT_STALLED * load.stall(now) + IOWAIT_USUAL * uptime)
    const kernel = own * 0.6 + guests * 0.12
    const user = own * 0.4 + guests * 0.88
    // Never less than before: a burst of all guests at once could ask for more CPUs than there are.
    this.#lastIdleNs = Math.max(this.#lastIdleNs, node.cpus * uptime * SECOND_NS - kernel - user - iowait)
    return new Map([
      ['kernel', Math.floor(kernel)],
      ['user', Math.floor(user)],
      ['idle', Math.floor(this.#lastIdleNs)],
      ['iowait', Math.floor(iowait)],
    ])
  }

  /** KiB now. */
  memory(): ReadonlyMap<string, number> {
    const { memoryKiB, hugePagesKiB } = this.#host.world.node
    const now = this.#host.now()
    // The kernel counts reserved pages as used, whoever has them.
    let used = HOST_OWN_KIB + hugePagesKiB
    for (const guest of this.#host.guests) {
      if (!guest.active) continue
      guest.read(now, this.#host.world.load, this.#moment)
      used += rssKiB(guest, this.#moment)
    }
    const rest = Math.max(0, memoryKiB - used)
    const cached = Math.floor(rest * 0.35)
    const buffers = Math.floor(rest * 0.01)
    return new Map([
      ['total', memoryKiB],
      ['free', rest - cached - buffers],
      ['buffers', buffers],
      ['cached', cached],
    ])
  }

  /** Pages of 2 MiB that no guest has. A guest takes its huge pages when it starts. */
  freeHugePages(): number {
    let freeKiB = this.#host.world.node.hugePagesKiB
    for (const guest of this.#host.guests) {
      if (guest.active && guest.shape.hugePages) freeKiB -= guest.shape.memoryMaximumKiB
    }
    return Math.max(0, Math.floor(freeKiB / HUGE_PAGE_KIB))
  }

  #sumCpuNs(now: number): number {
    let sum = this.#host.retiredCpuNs
    for (const guest of this.#host.guests) {
      if (!guest.active) continue
      guest.read(now, this.#host.world.load, this.#moment)
      sum += guest.cpuTimeNs(this.#moment)
    }
    return sum
  }
}
