import type { HistoryMemory } from './history-memory.ts'
import { createOpenPages, type HistoryStream, openBytes } from './history-stream.ts'
import { domainOnly, encodeLayout, type Layout } from './page/layout.ts'

/** After something had to give way nothing gets its children back for so long, ms: else it would go to and fro. */
const CALM_MS = 60_000
/** Part of the budget that stays free when children come back, for pages that grow. */
const HEADROOM = 1 / 16
/** Bytes in blocks that a series takes on open pages of both tiers (measured, rounded up). */
const BLOCK_BYTES_PER_SERIES = 160
/** Bytes of state of a series and of what is known of it, rounded up: children have two series or more. */
const STATE_BYTES_PER_SERIES = 150

/**
 * Decides whose children are recorded when the budget does not hold all (HI44).
 *
 * @remarks Every stream has its domain's own series before any has those of vCPUs, disks and NICs; of these, the streams
 * with the fewest series have theirs first. So what gives way is always the children of the stream with the most.
 */
export class Admission {
  private readonly memory: HistoryMemory
  /** Seals what is open of a stream and frees its state. */
  private readonly close: (stream: HistoryStream) => void
  /** Open streams that are recorded with children, by how many series they have. */
  private readonly whole = new Map<number, Set<HistoryStream>>()
  private gaveWayAt = Number.NEGATIVE_INFINITY
  private refusedAt = Number.NEGATIVE_INFINITY
  /** How often children of a stream gave way. */
  gaveWay = 0

  constructor(memory: HistoryMemory, close: (stream: HistoryStream) => void) {
    this.memory = memory
    this.close = close
  }

  /** Opens the pages of a stream, with its children if there is room. False when there is none even without them. */
  open(stream: HistoryStream, now: number): boolean {
    const { wanted } = stream
    if (wanted === null || wanted.series === 0) return false
    // While some domain has not even its own series, none begins with children.
    const isCalm = now - this.refusedAt >= CALM_MS
    if (isCalm && !stream.isLean && this.openAs(stream, wanted, now, wanted.series + 1)) return true
    const own = domainOnly(wanted)
    if (own !== wanted) this.leaveOut(stream, now)
    return own.series > 0 && this.openAs(stream, own, now, 0)
  }

  /**
   * Makes room for the next rows of an open stream, at the cost of the children of others, at last of its own.
   *
   * @returns false when there is no room.
   */
  makeRoom(stream: HistoryStream, now: number): boolean {
    for (;;) {
      if (stream.open === null && !this.open(stream, now)) return false
      const [exact, coarse] = stream.open!.drafts
      if (this.memory.reserveBlocks(exact.mostBlocks + coarse.mostBlocks, now)) return true
      const largest = this.largest(0)
      // Then the stream seals its pages early, which frees what it holds itself.
      if (largest === null) return true
      this.giveWay(largest, now)
    }
  }

  /** Takes note of a sample that found no room. */
  refuse(now: number): void {
    this.refusedAt = now
    this.gaveWayAt = now
  }

  /** Takes note that a stream is not open any more. */
  closed(stream: HistoryStream): void {
    const series = stream.layout?.series ?? 0
    const same = this.whole.get(series)
    if (same?.delete(stream) === true && same.size === 0) this.whole.delete(series)
  }

  /** Gives children back where there is room, to streams with few series first. */
  restore(lean: readonly HistoryStream[], now: number): void {
    if (lean.length === 0 || now - this.gaveWayAt < CALM_MS) return
    const { memory } = this
    let planned = memory.budgetBytes * HEADROOM
    let blocks = planned
    for (const stream of [...lean].sort((a, b) => a.series - b.series)) {
      planned += stream.series * STATE_BYTES_PER_SERIES
      blocks += stream.series * BLOCK_BYTES_PER_SERIES
      if (!memory.admits(planned) || blocks > memory.blockRoom) return
      this.close(stream)
      stream.isLean = false
      // Whoever writes to it knows its children.
      stream.wanted = null
    }
  }

  /**
   * Makes room for `bytes` of state or index: the streams with children give way one after another, the largest first, down to
   * those with `least` series.
   */
  clear(bytes: number, now: number, least = 0): boolean {
    while (!this.memory.admits(bytes) || !this.memory.makeRoom(bytes, now)) {
      const largest = this.largest(least)
      if (largest === null) return false
      this.giveWay(largest, now)
    }
    return true
  }

  private openAs(stream: HistoryStream, layout: Layout, now: number, series: number): boolean {
    const told = encodeLayout(layout).length - stream.layoutBytes.length
    const bytes = openBytes(layout) + told
    if (!this.clear(bytes, now, series)) return false
    stream.describe(layout)
    stream.open = createOpenPages(layout)
    this.memory.indexBytes += told
    this.memory.stateBytes += stream.open.bytes
    if (domainOnly(layout) === layout) return true
    const same = this.whole.get(layout.series)
    if (same === undefined) this.whole.set(layout.series, new Set([stream]))
    else same.add(stream)
    return true
  }

  /** The stream with children that has the most series, `least` or more. */
  private largest(least: number): HistoryStream | null {
    let most = -1
    for (const series of this.whole.keys()) most = Math.max(most, series)
    if (most < least) return null
    // Of equal ones the one that was opened first: any would do.
    for (const stream of this.whole.get(most) ?? []) return stream
    return null
  }

  private giveWay(stream: HistoryStream, now: number): void {
    this.close(stream)
    this.leaveOut(stream, now)
  }

  private leaveOut(stream: HistoryStream, now: number): void {
    if (stream.wanted !== null) stream.wanted = domainOnly(stream.wanted)
    if (stream.isLean) return
    stream.isLean = true
    this.gaveWay++
    this.gaveWayAt = now
  }
}
