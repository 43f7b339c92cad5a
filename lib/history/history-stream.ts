import { CoarseWindow, windowBytes } from './coarse-window.ts'
import { encodeLayout, type Layout } from './page/layout.ts'
import { NO_PAGE, rowWidth, Tier } from './page/page.ts'
import { PageDraft } from './page/page-draft.ts'
import { modelBytes, RowModel } from './page/row-model.ts'

/** What is known of a stream while it is written to. */
export interface OpenPages {
  readonly drafts: readonly [exact: PageDraft, coarse: PageDraft]
  readonly window: CoarseWindow
  /** Bytes of the state above. */
  readonly bytes: number
}

/** Bytes of the objects around the state of an open stream, estimated high. */
const OPEN_OBJECT_BYTES = 1400
/** Bytes of the objects that say what a part of a layout is, names and places in lists included, estimated high. */
const PART_OBJECT_BYTES = 160
/** Bytes of a stream's objects, keys and places in maps, estimated high. */
export const STREAM_OBJECT_BYTES = 900

/** Streams one after another get phases far apart: the step shares no factor with the period of the pages. */
const PHASE_STEP_MS = 7919
const LONGEST_PERIOD_MS = 600_000

/** Everything sampled of one domain on one host in one lane: its own series and those of its children. */
export class HistoryStream {
  readonly number: number
  readonly host: string
  readonly uuid: string
  readonly lane: number
  /** Shifts the ends of its pages against those of other streams, ms. */
  readonly phase: number
  /** What is to be recorded next, without children while the budget does not hold them; null when that has to be told. */
  wanted: Layout | null = null
  /** Series that there are, those of children that gave way included. */
  series = 0
  /** What the open pages hold. */
  layout: Layout | null = null
  /** Its children gave way to others for want of memory. */
  isLean = false
  /** The last sample found no room. */
  isRefused = false
  layoutBytes: Uint8Array = new Uint8Array()
  open: OpenPages | null = null
  /** By tier: position of the newest sealed page. */
  readonly newest: [number, number] = [NO_PAGE, NO_PAGE]
  /** Time of the newest sample; -Infinity before the first. */
  lastTime = Number.NEGATIVE_INFINITY
  /** Goes up with each change. */
  version = 0
  /** The store has let go of it, because nothing was left: whoever holds it asks for a new one. */
  forgotten = false

  constructor(number: number, host: string, uuid: string, lane: number) {
    this.number = number
    this.phase = (number * PHASE_STEP_MS) % LONGEST_PERIOD_MS
    this.host = host
    this.uuid = uuid
    this.lane = lane
  }

  /** Takes note of what the next rows describe; nothing may be open. */
  describe(layout: Layout): void {
    this.layout = layout
    this.layoutBytes = encodeLayout(layout)
    this.version++
  }
}

/** Bytes that {@link createOpenPages} would take. */
export function openBytes(layout: Layout): number {
  return stateBytes(layout) + OPEN_OBJECT_BYTES + layout.parts.length * PART_OBJECT_BYTES
}

function stateBytes(layout: Layout): number {
  const coarse = modelBytes(rowWidth(Tier.Coarse, layout))
  return align(windowBytes(layout.series, layout.parts.length)) + align(modelBytes(layout.series)) + coarse
}

/** The state of a stream that begins to be written, in one piece of memory. */
export function createOpenPages(layout: Layout): OpenPages {
  const buffer = new ArrayBuffer(stateBytes(layout))
  const exactAt = align(windowBytes(layout.series, layout.parts.length))
  const coarseAt = exactAt + align(modelBytes(layout.series))
  const exact = new RowModel(layout.series, buffer, exactAt)
  const coarse = new RowModel(rowWidth(Tier.Coarse, layout), buffer, coarseAt)
  return {
    drafts: [new PageDraft(exact), new PageDraft(coarse)],
    window: new CoarseWindow(layout, buffer, 0),
    bytes: openBytes(layout),
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / 8) * 8
}
