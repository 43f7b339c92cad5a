import { BitWriter } from '../page/bit-writer.ts'
import { crc32 } from '../page/crc32.ts'
import { encodeLayout, type Layout } from '../page/layout.ts'
import { NO_PAGE, PAGE_HEAD_BYTES, rowWidth, sealPage, Tier } from '../page/page.ts'
import { encodeRow, mostRowBytes } from '../page/row-encoder.ts'
import { RowModel } from '../page/row-model.ts'

/** What a made-up page holds. */
export interface PageContent {
  readonly layout: Layout
  readonly tier: Tier
  readonly rows: number
  readonly stream?: number
  readonly previous?: number
  /** Time of a row, ms. */
  readonly timeOf: (row: number) => number
  readonly flagsOf: (row: number) => number
  readonly levelOf: (row: number, column: number) => number
}

/** Seals a page of the given content, row by row, without a store. */
export function pageOf(content: PageContent): Uint8Array {
  const { tier, rows } = content
  const layout = encodeLayout(content.layout)
  const width = rowWidth(tier, content.layout)
  const writer = new BitWriter(mostRowBytes(width) * rows)
  const model = new RowModel(width)
  const levels = new Int32Array(width)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column++) levels[column] = content.levelOf(row, column)
    encodeRow(model, content.timeOf(row), content.flagsOf(row), levels, writer)
  }
  writer.put(0, (8 - writer.pending) % 8)
  const page = new Uint8Array(PAGE_HEAD_BYTES + layout.length + writer.length)
  page.set(layout, PAGE_HEAD_BYTES)
  page.set(writer.bytes.subarray(0, writer.length), PAGE_HEAD_BYTES + layout.length)
  const { stream = 3, previous = NO_PAGE } = content
  const times = { firstTime: content.timeOf(0), lastTime: model.time }
  sealPage(page, { stream, tier, rows, ...times, previous, layoutBytes: layout.length })
  return page
}

/** A page of an ordinary minute, or of the figures of some minutes. */
export function ordinaryPage(layout: Layout, tier: Tier = Tier.Exact, rows = 20): Uint8Array {
  return pageOf({
    ...{ layout, tier, rows },
    timeOf: (row) => 1_000_000 + row * 1003,
    flagsOf: (row) => (row === 7 ? 1 : 0),
    levelOf: (row, i) => (i % 3 === 0 ? 20_000 + ((row * 37 + i) % 50) : i % 3 === 1 ? 0 : 500),
  })
}

/** Gives a changed page a length and a checksum that fit, so that the decoder behind them gets to see it. */
export function reseal(page: Uint8Array): Uint8Array {
  if (page.length < PAGE_HEAD_BYTES) return page
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength)
  view.setUint32(4, page.length, true)
  view.setUint32(0, crc32(page, 4, page.length), true)
  return page
}
