import { Admission } from './admission.ts'
import type { HistoryMemory } from './history-memory.ts'
import { HistoryStream, type OpenPages, STREAM_OBJECT_BYTES } from './history-stream.ts'
import { BitWriter } from './page/bit-writer.ts'
import { domainOnly, type LaneSchema, type Layout } from './page/layout.ts'
import { MOST_ROWS, NO_PAGE, PAGE_HEAD_BYTES, sealPage, Tier } from './page/page.ts'
import type { PageDraft, PageLimits } from './page/page-draft.ts'
import { rowFlags } from './page/row-flags.ts'
import { recordingOf, type Shortage } from './recording.ts'

/** Pages of either tier. A minute of samples, or half an hour of a lane that is sampled very slowly. */
export const PAGE_LIMITS: readonly [exact: PageLimits, coarse: PageLimits] = [
  { ms: 60_000, rows: 30, mostMs: 300_000, mostRows: MOST_ROWS, mostBytes: 64 * 1024 },
  { ms: 600_000, rows: 30, mostMs: 1_800_000, mostRows: MOST_ROWS, mostBytes: 64 * 1024 },
]

/** Nothing is read from farther back than this, ms: it bounds what opening a domain costs when there is room for more. */
export const REACH_MS: readonly [exact: number, coarse: number] = [3_600_000, 6 * 3_600_000]

/** A stream without samples for so long is sealed, which frees its open state, ms. */
export const IDLE_MS = 330_000

export interface HistoryCounts {
  /** Samples taken, and those that could not be for want of memory. */
  readonly samples: number
  readonly refused: number
  /** Sealed pages, and their bytes by tier; and pages that found no room. */
  readonly pages: number
  readonly exactBytes: number
  readonly coarseBytes: number
  readonly lostPages: number
  /** Values taken: samples times series. And the same of 10 s figures, each of which is three numbers. */
  readonly values: number
  readonly figures: number
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/**
 * The recent past of all domains: streams of rows, compressed as they come, within a budget.
 *
 * @remarks Times are whole ms of one clock that only goes forward. Knows neither clock nor poll: the caller says what was
 * sampled when. See docs/spec/history.md.
 */
export class HistoryStore {
  readonly memory: HistoryMemory
  readonly admission: Admission
  /** By lane; null where nothing is kept. */
  readonly schemas: readonly (LaneSchema | null)[]
  readonly counts: Mutable<HistoryCounts> = {
    samples: 0,
    refused: 0,
    pages: 0,
    exactBytes: 0,
    coarseBytes: 0,
    lostPages: 0,
    values: 0,
    figures: 0,
  }
  /** Domains that are not recorded whole for want of memory, as of the last sweep. */
  shortage: Shortage = { withoutChildren: 0, notRecorded: 0 }
  /** Time of the first sample ever; Infinity before it. */
  firstTime = Number.POSITIVE_INFINITY
  /** Time of the newest sample. */
  private lastTime = 0
  /** Domains that had no place in the index since the last sweep. */
  private readonly unlisted = new Set<string>()
  private readonly byUuid = new Map<string, HistoryStream[]>()
  private readonly writer = new BitWriter()
  private scratch: Uint8Array<ArrayBuffer> = new Uint8Array(4096)
  private coarseRow = new Int32Array(256)
  private nextNumber = 1

  constructor(schemas: readonly (LaneSchema | null)[], memory: HistoryMemory) {
    this.schemas = schemas
    this.memory = memory
    this.admission = new Admission(memory, (stream) => this.close(stream))
  }

  /** Streams of a domain on all hosts, in the order in which they began. */
  streamsOf(uuid: string): readonly HistoryStream[] {
    return this.byUuid.get(uuid) ?? []
  }

  find(host: string, uuid: string, lane: number): HistoryStream | null {
    return this.streamsOf(uuid).find((stream) => stream.host === host && stream.lane === lane) ?? null
  }

  /**
   * The stream of a domain in a lane; begun when there is none.
   *
   * @returns One that is forgotten already, and takes nothing, when there is no room for its place in the index.
   */
  stream(host: string, uuid: string, lane: number): HistoryStream {
    const known = this.find(host, uuid, lane)
    if (known !== null) return known
    const stream = new HistoryStream(this.nextNumber++, host, uuid, lane)
    if (!this.admission.clear(STREAM_OBJECT_BYTES, this.lastTime)) {
      this.admission.refuse(this.lastTime)
      stream.forgotten = true
      this.unlisted.add(uuid)
      return stream
    }
    const streams = this.byUuid.get(uuid)
    if (streams === undefined) this.byUuid.set(uuid, [stream])
    else streams.push(stream)
    this.memory.indexBytes += STREAM_OBJECT_BYTES
    return stream
  }

  /** Domains that something is kept of; one on two hosts counts once. */
  get domainCount(): number {
    return this.byUuid.size
  }

  /** All streams. */
  *streams(): Iterable<HistoryStream> {
    for (const streams of this.byUuid.values()) yield* streams
  }

  /**
   * Says what there is to record in the next rows of a stream: at first, when that changed, and whenever `stream.wanted` is
   * null. Its open pages end here, if they hold its children.
   */
  describe(stream: HistoryStream, layout: Layout): void {
    if (stream.open !== null && !stream.isLean) this.close(stream)
    stream.wanted = stream.isLean ? domainOnly(layout) : layout
    stream.series = layout.series
  }

  /**
   * Takes a sample of everything in a stream.
   *
   * @param gap - Nothing is known of the time since the sample before.
   * @param held - Stat groups (bits) without a sample in this record: their levels are those of an earlier one.
   * @param levels - One for each series of what {@link describe} was given; read before this returns.
   * @returns false when it is not newer than the last one, or there is no memory for it.
   */
  append(stream: HistoryStream, time: number, gap: boolean, held: number, levels: Int32Array): boolean {
    const at = Math.round(time)
    if (at <= stream.lastTime) return false
    this.lastTime = at
    stream.isRefused = false
    const isThere = !stream.forgotten && this.admission.makeRoom(stream, at)
    const { open } = stream
    if (!isThere || open === null) {
      this.refuse(stream, at)
      return false
    }
    const flags = rowFlags(gap, held)
    if (open.window.endsBefore(at)) this.takeWindow(stream, open)
    this.put(stream, Tier.Exact, open.drafts[Tier.Exact], at, flags, levels)
    open.window.add(at, flags, levels)
    stream.lastTime = at
    stream.version++
    if (at < this.firstTime) this.firstTime = at
    this.counts.samples++
    this.counts.values += open.drafts[Tier.Exact].model.series
    return true
  }

  private refuse(stream: HistoryStream, now: number): void {
    stream.isRefused = true
    this.counts.refused++
    this.admission.refuse(now)
  }

  private takeWindow(stream: HistoryStream, { window, drafts }: OpenPages): void {
    const { time, flags } = window
    const width = drafts[Tier.Coarse].model.series
    if (this.coarseRow.length < width) this.coarseRow = new Int32Array(width)
    window.take(this.coarseRow)
    this.counts.figures += drafts[Tier.Exact].model.series
    this.put(stream, Tier.Coarse, drafts[Tier.Coarse], time, flags, this.coarseRow)
  }

  private put(
    stream: HistoryStream,
    tier: Tier,
    draft: PageDraft,
    time: number,
    flags: number,
    levels: Int32Array,
  ): void {
    if (draft.isFull(time, PAGE_LIMITS[tier], stream.phase)) this.seal(stream, tier, draft, time)
    if (!this.memory.reserveBlocks(draft.mostBlocks, time)) {
      // The page that is open here goes to the sealed ones, which have their own half of the budget.
      this.seal(stream, tier, draft, time)
      if (!this.memory.reserveBlocks(draft.mostBlocks, time)) {
        this.refuse(stream, time)
        return
      }
    }
    draft.append(time, flags, levels, this.writer, this.memory.blocks)
  }

  private seal(stream: HistoryStream, tier: Tier, draft: PageDraft, now: number): void {
    if (draft.rows === 0) return
    const page = this.assemble(stream, tier, draft)
    const position = this.memory.keep(tier, page, now)
    if (position === null) this.counts.lostPages++
    else {
      stream.newest[tier] = position
      this.counts.pages++
      if (tier === Tier.Exact) this.counts.exactBytes += page.length
      else this.counts.coarseBytes += page.length
    }
    draft.clear(this.memory.blocks)
  }

  /** The open page of a tier as a sealed one, valid until the next call; null when nothing is in it. */
  openPage(stream: HistoryStream, tier: Tier): Uint8Array | null {
    const draft = stream.open?.drafts[tier]
    return draft === undefined || draft.rows === 0 ? null : this.assemble(stream, tier, draft)
  }

  private assemble(stream: HistoryStream, tier: Tier, draft: PageDraft): Uint8Array {
    const { layoutBytes } = stream
    const length = PAGE_HEAD_BYTES + layoutBytes.length + draft.byteLength
    if (this.scratch.length < length) this.scratch = new Uint8Array(length * 2)
    const page = this.scratch.subarray(0, length)
    page.set(layoutBytes, PAGE_HEAD_BYTES)
    draft.copyRows(this.memory.blocks, page, PAGE_HEAD_BYTES + layoutBytes.length)
    sealPage(page, {
      stream: stream.number,
      tier,
      rows: draft.rows,
      firstTime: draft.firstTime,
      lastTime: draft.lastTime,
      previous: stream.newest[tier],
      layoutBytes: layoutBytes.length,
    })
    return page
  }

  /** Seals what is open of a stream and frees its state. */
  close(stream: HistoryStream): void {
    const { open } = stream
    if (open === null) return
    const now = stream.lastTime
    if (open.window.samples > 0) this.takeWindow(stream, open)
    for (const tier of [Tier.Exact, Tier.Coarse]) this.seal(stream, tier, open.drafts[tier], now)
    this.memory.stateBytes -= open.bytes
    this.admission.closed(stream)
    stream.open = null
    stream.version++
  }

  /**
   * Seals streams that fell silent, forgets what is older than anybody reads, and gives children back where there is room
   * again. To be called every few seconds.
   */
  sweep(now: number): void {
    for (const tier of [Tier.Exact, Tier.Coarse]) this.memory.forget(tier, now - REACH_MS[tier])
    const lean: HistoryStream[] = []
    const shortage = { withoutChildren: 0, notRecorded: this.unlisted.size }
    this.unlisted.clear()
    for (const [uuid, streams] of this.byUuid) {
      const has = recordingOf(streams)
      if (has === 'nothing') shortage.notRecorded++
      else if (has === 'domain') shortage.withoutChildren++
      for (let i = streams.length - 1; i >= 0; i--) {
        const stream = streams[i]!
        if (stream.open !== null && now - stream.lastTime > IDLE_MS) this.rest(stream)
        if (stream.open !== null && stream.isLean) lean.push(stream)
        if (stream.open !== null || this.keepsPages(stream) || now - stream.lastTime <= IDLE_MS) continue
        streams.splice(i, 1)
        stream.forgotten = true
        this.memory.indexBytes -= STREAM_OBJECT_BYTES + stream.layoutBytes.length
      }
      if (streams.length === 0) this.byUuid.delete(uuid)
    }
    this.shortage = shortage
    this.admission.restore(lean, now)
  }

  /** Lets go of what a silent stream does not need. */
  private rest(stream: HistoryStream): void {
    this.close(stream)
    stream.wanted = null
    stream.layout = null
  }

  private keepsPages({ newest }: HistoryStream): boolean {
    return [Tier.Exact, Tier.Coarse].some(
      (tier) => newest[tier] !== NO_PAGE && this.memory.logs[tier].has(newest[tier]),
    )
  }
}
