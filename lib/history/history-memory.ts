import { BLOCK_BYTES, BlockPool } from './block-pool.ts'
import type { Tier } from './page/page.ts'
import { PageLog } from './page/page-log.ts'
import { SlabPool } from './slab-pool.ts'

/** What must be kept at least, ms, if the budget allows it. */
export const EXACT_GOAL_MS = 10 * 60_000
export const COARSE_GOAL_MS = 2 * 3_600_000

const LEAST_SLAB_BYTES = 256 * 1024
const MOST_SLAB_BYTES = 1024 * 1024
/** Slabs that a budget is cut into at least, so that what is dropped at once is a small part. */
const SLABS = 64

/**
 * Parts of the budget that may be taken by what is open: state of compression with the index, and pages that grow. The other
 * half is for sealed pages. Each has its own, so that there is room to write for every stream that has a state.
 */
const STATE_SHARE = 3 / 8
const BLOCK_SHARE = 1 / 8

/** Below this there is no room for the slab that each tier and the open pages need. */
export const LEAST_BUDGET_BYTES = 4 * 1024 * 1024

/**
 * The memory of all history and its budget: sealed pages, open ones, and what else the store says it holds.
 *
 * @remarks When the budget is full the oldest slab of a tier goes: of the tier that reaches farther back, measured by what
 * it should reach. So both shrink alike when the budget is small, and grow alike when it is large.
 */
export class HistoryMemory {
  budgetBytes: number
  readonly logs: readonly [PageLog, PageLog]
  readonly blocks: BlockPool
  /** Bytes of open streams' state, and of the index. */
  stateBytes = 0
  indexBytes = 0
  /** Slabs of pages that were dropped to make room. */
  dropped = 0
  private readonly slabs: SlabPool

  constructor(budgetBytes: number, slabBytes = slabBytesFor(budgetBytes)) {
    this.budgetBytes = budgetBytes
    this.slabs = new SlabPool(slabBytes)
    this.logs = [new PageLog(this.slabs), new PageLog(this.slabs)]
    this.blocks = new BlockPool(this.slabs)
  }

  /** Everything that counts. */
  get bytes(): number {
    return this.slabs.bytes + this.blocks.overhead + this.stateBytes + this.indexBytes
  }

  /** Whether streams may take so many bytes more for their state. */
  admits(bytes: number): boolean {
    return this.stateBytes + this.indexBytes + bytes <= this.budgetBytes * STATE_SHARE
  }

  /** Bytes that open pages may still fill: blocks that are free, and slabs that may be cut up. */
  get blockRoom(): number {
    return Math.max(this.budgetBytes * BLOCK_SHARE - this.blocks.slabBytes, 0) + this.blocks.free * BLOCK_BYTES
  }

  /** Drops old pages until there is room for `bytes` more; false when there cannot be. */
  makeRoom(bytes: number, now: number): boolean {
    while (this.bytes + bytes > this.budgetBytes) {
      this.slabs.trim()
      if (this.bytes + bytes <= this.budgetBytes) return true
      if (!this.dropOldest(now)) return false
    }
    return true
  }

  /** Room for so many blocks; false when they have their share already. */
  reserveBlocks(count: number, now: number): boolean {
    const { blocks, slabs, budgetBytes } = this
    while (blocks.free < count) {
      const taken = blocks.slabBytes + blocks.overhead + blocks.overheadGrowth
      // One slab is always theirs, or nothing could be written.
      if (blocks.slabBytes > 0 && taken + slabs.slabBytes > budgetBytes * BLOCK_SHARE) return false
      if (!this.makeSlab(now, blocks.overheadGrowth)) return false
      blocks.grow()
    }
    return true
  }

  /** Stores a sealed page and returns its position; null when there is no memory for it. */
  keep(tier: Tier, page: Uint8Array, now: number): number | null {
    const log = this.logs[tier]
    if (page.length > this.slabs.slabBytes) return null
    if (log.needsSlab(page.length) && !this.makeSlab(now)) return null
    return log.append(page, now)
  }

  /** Lets go of slabs of a tier in which everything is older than `time`. */
  forget(tier: Tier, time: number): void {
    const log = this.logs[tier]
    while (log.secondOldest < time && log.dropOldest()) this.slabs.trim()
  }

  /** Sees to it that the next slab can be taken, and so many bytes besides. */
  private makeSlab(now: number, besides = 0): boolean {
    while (this.bytes + this.slabs.growth + besides > this.budgetBytes) if (!this.dropOldest(now)) return false
    return true
  }

  private dropOldest(now: number): boolean {
    const [exact, coarse] = this.logs
    const reach = (log: PageLog, goal: number) => (log.size < 2 ? -1 : (now - log.oldest) / goal)
    const longer = reach(exact, EXACT_GOAL_MS) >= reach(coarse, COARSE_GOAL_MS) ? exact : coarse
    if (!longer.dropOldest()) return false
    this.dropped++
    return true
  }
}

function slabBytesFor(budgetBytes: number): number {
  return Math.min(Math.max(2 ** Math.floor(Math.log2(budgetBytes / SLABS)), LEAST_SLAB_BYTES), MOST_SLAB_BYTES)
}
