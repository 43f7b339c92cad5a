import { BitReader } from './bit-reader.ts'
import { crc32 } from './crc32.ts'
import { type LaneSchema, type Layout, MOST_SERIES } from './layout.ts'
import { LayoutCache } from './layout-cache.ts'
import { isNumber, RESET_LEVEL } from './levels.ts'
import { decodeRow } from './row-decoder.ts'
import { CHUNK, LAST, RowModel, STATE_WORDS } from './row-model.ts'

/** Which of the two tiers a page belongs to: every sample, or figures of 10 s. */
export const Tier = { Exact: 0, Coarse: 1 } as const
export type Tier = (typeof Tier)[keyof typeof Tier]

/*
 * | at | bytes | head of a page, little-endian                               |
 * |----|-------|-------------------------------------------------------------|
 * |  0 | 4     | CRC-32 of everything behind it                               |
 * |  4 | 4     | bytes of the whole page                                      |
 * |  8 | 8     | time of the first row, ms (double)                           |
 * | 16 | 8     | time of the last row, ms (double)                            |
 * | 24 | 8     | position of the stream's page before this one, or -1 (double) |
 * | 32 | 4     | number of the stream                                         |
 * | 36 | 2     | rows                                                         |
 * | 38 | 1     | tier                                                         |
 * | 39 | 1     | 0                                                            |
 * | 40 | 4     | bytes of the layout, which follows; behind it the rows       |
 */
const AT_LENGTH = 4
const AT_FIRST = 8
const AT_LAST = 16
const AT_PREVIOUS = 24
const AT_STREAM = 32
const AT_ROWS = 36
const AT_TIER = 38
const AT_LAYOUT = 40
export const PAGE_HEAD_BYTES = 44

/** Most rows of a page. */
export const MOST_ROWS = 512
export const NO_PAGE = -1

export interface PageHead {
  readonly stream: number
  readonly tier: Tier
  readonly rows: number
  readonly firstTime: number
  readonly lastTime: number
  /** Position of the page before in the same stream and tier. */
  readonly previous: number
  readonly layoutBytes: number
}

/** Writes the head of a page whose layout and rows are in place behind it. `page` is the whole page and nothing else. */
export function sealPage(page: Uint8Array, head: PageHead): void {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength)
  view.setUint32(AT_LENGTH, page.length, true)
  view.setFloat64(AT_FIRST, head.firstTime, true)
  view.setFloat64(AT_LAST, head.lastTime, true)
  view.setFloat64(AT_PREVIOUS, head.previous, true)
  view.setUint32(AT_STREAM, head.stream, true)
  view.setUint16(AT_ROWS, head.rows, true)
  view.setUint16(AT_TIER, head.tier, true)
  view.setUint32(AT_LAYOUT, head.layoutBytes, true)
  view.setUint32(0, crc32(page, AT_LENGTH, page.length), true)
}

/** Bytes of the page that begins at `at`, as its head says; 0 when that cannot be one. */
export function pageLength(bytes: Uint8Array, at: number): number {
  if (at < 0 || at + PAGE_HEAD_BYTES > bytes.length) return 0
  const length = new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(AT_LENGTH, true)
  return length < PAGE_HEAD_BYTES || at + length > bytes.length ? 0 : length
}

/** Checks a page and reads its head; null when it is cut, changed, or no page. */
export function readPageHead(page: Uint8Array): PageHead | null {
  if (page.length < PAGE_HEAD_BYTES) return null
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength)
  if (view.getUint32(AT_LENGTH, true) !== page.length) return null
  if (view.getUint32(0, true) !== crc32(page, AT_LENGTH, page.length)) return null
  const head = {
    stream: view.getUint32(AT_STREAM, true),
    tier: view.getUint16(AT_TIER, true) as Tier,
    rows: view.getUint16(AT_ROWS, true),
    firstTime: view.getFloat64(AT_FIRST, true),
    lastTime: view.getFloat64(AT_LAST, true),
    previous: view.getFloat64(AT_PREVIOUS, true),
    layoutBytes: view.getUint32(AT_LAYOUT, true),
  }
  return isSound(head, page.length) ? head : null
}

function isSound({ tier, rows, firstTime, lastTime, previous, layoutBytes }: PageHead, length: number): boolean {
  return (
    (tier === Tier.Exact || tier === Tier.Coarse) &&
    rows > 0 &&
    rows <= MOST_ROWS &&
    Number.isSafeInteger(firstTime) &&
    Number.isSafeInteger(lastTime) &&
    lastTime >= firstTime &&
    Number.isSafeInteger(previous) &&
    previous >= NO_PAGE &&
    layoutBytes <= length - PAGE_HEAD_BYTES
  )
}

/** The rows of a page, column by column: `levels[column * rows + row]`. */
export interface DecodedPage extends PageHead {
  readonly layout: Layout
  readonly width: number
  readonly times: Float64Array
  readonly flags: Uint8Array
  readonly levels: Int32Array
  /** Something of it was reset. Most pages are not asked further. */
  readonly hasResets: boolean
}

/** Columns of a coarse row: by series the mean, how much higher the greatest was and how much lower the least; resets by part. */
export function rowWidth(tier: Tier, { series, parts }: Layout): number {
  return tier === Tier.Exact ? series : series * 3 + parts.length
}

/** Bits of so many rows in which nothing happens: the time but for the first, the flags, and one for each chunk. */
function leastBits(rows: number, width: number): number {
  return rows * (2 + Math.ceil(width / CHUNK)) - 1
}

/** Who a page's series belong to; null when it cannot be read. */
export function readPageLayout(
  page: Uint8Array,
  head: Pick<PageHead, 'layoutBytes'>,
  schema: LaneSchema,
  layouts: LayoutCache,
): Layout | null {
  return layouts.decode(page, PAGE_HEAD_BYTES, PAGE_HEAD_BYTES + head.layoutBytes, schema)
}

/**
 * Reads a page.
 *
 * @param layouts - Shared by the pages of a stream, so that equal layouts are one.
 * @returns null for whatever is not exactly a page that was sealed: the reader shows a gap there.
 */
export function decodePage(page: Uint8Array, schema: LaneSchema, layouts = new LayoutCache()): DecodedPage | null {
  const head = readPageHead(page)
  const layout = head === null ? null : readPageLayout(page, head, schema, layouts)
  if (head === null || layout === null || layout.series > MOST_SERIES) return null
  const width = rowWidth(head.tier, layout)
  const rowBytes = page.length - PAGE_HEAD_BYTES - head.layoutBytes
  // Before anything is allocated: a head may claim rows that its bits cannot hold.
  if (leastBits(head.rows, width) > rowBytes * 8) return null
  const model = new RowModel(width)
  const bits = new BitReader(page, PAGE_HEAD_BYTES + head.layoutBytes, page.length)
  const times = new Float64Array(head.rows)
  const flags = new Uint8Array(head.rows)
  const levels = new Int32Array(head.rows * width)
  for (let row = 0; row < head.rows; row++) {
    decodeRow(model, head.firstTime, bits)
    if (bits.overrun || !(row === 0 || model.time > times[row - 1]!)) return null
    times[row] = model.time
    flags[row] = model.flags
    for (let i = 0; i < width; i++) levels[i * head.rows + row] = model.state[i * STATE_WORDS + LAST]!
  }
  const fits = model.time === head.lastTime && (head.tier === Tier.Exact || areDistances(levels, layout, head.rows))
  if (!fits) return null
  const resetAt =
    head.tier === Tier.Exact ? levels.indexOf(RESET_LEVEL) : levels.indexOf(1, 3 * layout.series * head.rows)
  return { ...head, layout, width, times, flags, levels, hasResets: resetAt >= 0 }
}

/** Whether the greatest are nowhere below the means of a coarse page, nor the least above them. */
function areDistances(levels: Int32Array, { series }: Layout, rows: number): boolean {
  for (let i = series * rows; i < 3 * series * rows; i++) if (levels[i]! < 0 || !isNumber(levels[i]!)) return false
  return true
}
